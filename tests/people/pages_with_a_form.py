"""Addresses for these tests: everything, and one page with a form of every kind, for people who are signed in."""

from django import forms
from django.http import HttpResponse
from django.urls import include, path

from coproduce.errors import SignInNeeded
from coproduce.ui.forms import KeyedForm, form_for


class Form(KeyedForm):
    words = forms.CharField(widget=forms.Textarea)
    ways = forms.MultipleChoiceField(choices=[(x, x) for x in "LCPROM"], widget=forms.CheckboxSelectMultiple)
    name = forms.ChoiceField(choices=[("name", "n"), ("anonymous", "a")], widget=forms.RadioSelect)
    places = forms.MultipleChoiceField(choices=[("a", "a"), ("b", "b"), ("c", "c")])


def write(request):
    if request.person is None:
        raise SignInNeeded
    form = form_for(request, Form)
    if request.method == "POST" and form.is_valid():
        return HttpResponse(f"sent {form.cleaned_data}")
    return HttpResponse(form.as_p())


urlpatterns = [
    path("write/", write),
    path("", include("coproduce.people.urls")),
    path("", include("coproduce.people.urls_of_allauth")),
]
