"""The page that anybody may open."""

from django.urls import path

from training import views

urlpatterns = [path("certificates/<str:code>/", views.certificate, name="certificate")]
