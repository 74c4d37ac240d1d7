"""Pictures in articles: taken in while somebody writes, handed out to whoever may see them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from portal.admin.house import person
from portal.errors import DomainError
from staffing.admin import own_day
from training import markdown, policy
from training.knowledge import pictures
from training.models import ArticleImage
from training.querysets.article import writes

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class PicturePages:
    """Before an admin of the house: pictures, and how a text will look."""

    admin_site: Any

    def own_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("image/<int:pk>/", view(require_GET(self.image_view)), name="training_article_image"),
            path("preview/", view(require_POST(self.preview_view)), name="training_article_preview"),
            path(
                "<path:object_id>/add-picture/",
                view(require_POST(self.add_picture_view)),
                name="training_article_add_picture",
            ),
        ]
        return [*own, *super().own_urls()]  # type: ignore[misc]

    def image_view(self, request: HttpRequest, pk: int) -> FileResponse:
        image = get_object_or_404(ArticleImage, pk=pk)
        if not pictures.may_see(image, person(request), timezone.now()):
            raise Http404(_("This does not exist, or you may not see it."))
        try:
            file = image.file.open("rb")
        except FileNotFoundError as error:
            raise Http404(_("There is no such file.")) from error
        kind = pictures.kind_of(file)
        response = FileResponse(file, content_type=kind, filename=f"image-{pk}.{ENDINGS[kind]}")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "private, max-age=300"
        return response

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What the text looks like; nothing is kept of it."""
        if not writes(person(request)):
            raise PermissionDenied
        text = request.POST.get("body", "")[: policy.LONGEST_TEXT]
        return HttpResponse(markdown.render(text))

    def add_picture_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        article = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"refusal": str(_("Choose a picture."))}, status=400)
        try:
            image = pictures.add(article, file, name=file.name or "", by=person(request), at=timezone.now())
        except DomainError as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=400)
        return JsonResponse({"mark": pictures.mark_for(image)})
