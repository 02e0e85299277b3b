"""Certificates in public: the page a printed QR code opens, and the paper itself under its secret link."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.caching import never_kept
from core.network import address_hash, client_address
from core.rates import hit
from volunteers.certificate_paper import certificate_pdf
from volunteers.models import Certificate
from volunteers.selectors.certificates import Standing, verify_code

LOOKS, WINDOW = 60, 600  # codes one address may ask for in ten minutes; a hall at one Wi-Fi included


@never_kept
@require_safe
def verify_certificate(request: HttpRequest, code: str = "") -> HttpResponse:
    """Say whether a certificate is valid: 200 with what it is, 404 for an unknown code, 429 for who asks too often."""
    typed = code or request.GET.get("code", "")
    if not typed.strip():
        return render(request, "volunteers/certificate.html", {"asks": True})
    if hit(f"certificate:{address_hash(client_address(request))}", window=WINDOW) > LOOKS:
        return render(request, "volunteers/certificate.html", {"is_too_often": True}, status=429)
    if not code:
        return redirect("verify_certificate", code=typed.strip()[:40])
    found = verify_code(code, at=timezone.now())
    status = 404 if found.standing == Standing.UNKNOWN else 200
    return render(request, "volunteers/certificate.html", {"found": found}, status=status)


@never_kept
@require_safe
def download_certificate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the PDF to whoever has its secret link, which only the volunteer and the staff get; not once revoked."""
    certificate = (
        Certificate.objects.filter(public_id=public_id, revoked_at__isnull=True)
        .select_related("curriculum__campaign", "curriculum__organisation", "volunteer__supporter")
        .first()
    )
    if certificate is None:
        raise Http404
    return pdf_answer(certificate)


def pdf_answer(certificate: Certificate) -> HttpResponse:
    """Return the answer that carries a certificate as a file."""
    headers = {
        "Content-Disposition": f'inline; filename="certificate-{certificate.code}.pdf"',
        "X-Robots-Tag": "noindex",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(certificate_pdf(certificate), content_type="application/pdf", headers=headers)
