from django.urls import path

from training.api.views import ArticleList, SuggestView

urlpatterns = [
    path("articles/", ArticleList.as_view(), name="articles"),
    path("suggest/", SuggestView.as_view(), name="suggest"),
]
