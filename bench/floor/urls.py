from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.floor.models import Entry


def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row, commit, answer."""
    Entry.objects.create(text="somebody@example.org")
    return HttpResponse("ok", headers={"Content-Length": "2"})


def bare(request: HttpRequest) -> HttpResponse:
    """Answer, and nothing else."""
    return HttpResponse("ok", headers={"Content-Length": "2"})


urlpatterns = [path("insert", insert), path("bare", bare)]
