"""A published form as a workbook, for whoever works on it elsewhere."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from forms_builder.media_views import may_change
from forms_builder.models import FormVersion
from forms_builder.xlsform.exporting import export_version


@require_safe
@may_change
def export(request: HttpRequest, pk: int) -> FileResponse:
    """The newest version as .xlsx that ODK tools read and the import reads back."""
    version = FormVersion.objects.filter(definition=pk).order_by("-number").first()
    if version is None:
        raise Http404("nothing was published")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{version.code}-v{version.number}.xlsx"
        export_version(version, path)
        # The open file outlives its name.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
