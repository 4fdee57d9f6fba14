"""How every form of the portal is drawn."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` use the portal's components."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    field_template_name = "ui/field.html"
