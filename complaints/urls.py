"""The pages that customers open."""

from django.urls import path

from complaints import views

urlpatterns = [path("s/<str:token>/", views.survey, name="survey")]
