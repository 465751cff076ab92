"""The few pages that belong to no app."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce import __version__
from coproduce.config import environment
from coproduce.errors import NotHere
from coproduce.ui.pages import LARGE_PRINT, page, refusal_page


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok", "version": …}`` when the database answers; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:  # whatever the database says, the answer to the question is no
        return JsonResponse({"status": "database unreachable", "version": __version__}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to get help from a person, and what this site cannot do."""
    return page(request, "ui/help.html", {"keeper": environment.keeper()})


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """Large print for this visit, and how to do everything on paper."""
    if request.method == "POST":
        request.session[LARGE_PRINT] = request.POST.get("size") == "large"
        return HttpResponseRedirect(reverse("paper"))
    return page(request, "ui/paper.html")


@require_safe
def server(request: HttpRequest) -> HttpResponse:
    """Who looks after this server, what they can see, and where its source is."""
    return page(request, "ui/server.html", {"keeper": environment.keeper(), "version": __version__})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a wrong address says: the same as an object that is not for this person."""
    return refusal_page(request, NotHere())


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours. Kept free of templates that could fail again."""
    from django.template.loader import get_template

    return HttpResponse(get_template("500.html").render({}), status=500)
