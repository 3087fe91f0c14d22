# The engine: `python worker.py` by default, `invordering …` for everything else.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    PATH="/app/.venv/bin:$PATH"

RUN pip install --no-cache-dir "uv>=0.9,<1" \
    && useradd --create-home --uid 10001 invordering \
    && install --directory --owner=invordering /app /spool
WORKDIR /app
USER invordering

# The libraries change less often than the code: a layer of their own.
COPY --chown=invordering pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project --no-cache

COPY --chown=invordering . .
RUN uv sync --frozen --no-dev --no-cache

CMD ["python", "worker.py"]
