"""The page on which people change their own password: the theme's form, saved by the step."""

from django.utils import timezone
from unfold.forms import AdminOwnPasswordChangeForm

from portal import users
from portal.models import User


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Asks for the old password; the new one is judged by the form, and once more by the step."""

    user: User

    def save(self, commit: bool = True) -> User:
        return users.change_own_password(self.user, self.cleaned_data["new_password1"], at=timezone.now())
