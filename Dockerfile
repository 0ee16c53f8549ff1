# Creditline as a container: the collection is the volume, and nothing else is written.
FROM python:3.13-slim
COPY . /source
RUN python -m venv /opt/creditline \
 && /opt/creditline/bin/pip install --no-cache-dir /source \
 && rm -r /source \
 && useradd --system --uid 10001 --home-dir /collection creditline \
 && install -d -o creditline /collection
ENV PATH=/opt/creditline/bin:$PATH
USER creditline
VOLUME /collection
WORKDIR /collection
# The page under way is kept and read before it ends.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5m --timeout=30s CMD creditline status > /dev/null; test $? -eq 0 -o $? -eq 3
ENTRYPOINT ["creditline"]
CMD ["start"]
