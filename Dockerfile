# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /app carillon \
    && install -d -o carillon -g carillon /data
COPY --from=build /venv /venv
WORKDIR /app
COPY --chown=carillon:carillon . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    CARILLON_VAR=/data \
    STATIC_ROOT=/app/staticfiles \
    LOG_FORMAT=json
USER carillon
# Made-up settings for the build alone: collecting files needs Django to start, and nothing of them stays in the image.
RUN python -m config.translations \
    && SECRET_KEY=build KEYED_HASH_SECRET=build DATA_KEYS=build=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ALTCHA_HMAC_KEY=build PUBLIC_URL=https://build.invalid \
       DATABASE_URL=sqlite://:memory: CELERY_BROKER_URL=memory:// CACHE_URL=locmem:// DEFAULT_FROM_EMAIL=build@build.invalid \
       python manage.py collectstatic --noinput --verbosity 0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--max-requests", "20000", "--max-requests-jitter", "2000", "--no-control-socket"]
