"""What a phone's calendar reads."""

from django.urls import path

from staffing import views

urlpatterns = [path("duty/<str:token>.ics", views.duty_feed, name="duty_feed")]
