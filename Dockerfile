# The image of sidecar-sizer: docker build -t sidecar-sizer:0.1.0 .
# ImageIT takes these steps without Docker, each stage in a folder of its own; so RUN and ENTRYPOINT name none.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml ./
COPY src/main src/main
COPY docs/reasons.md docs/reasons.md
RUN --mount=type=cache,target=/m2 mvn -B -ntp -Dmaven.repo.local=/m2 package -Dmaven.test.skip

# One base for training and running: an AOT cache is good for the very JVM that made it, and for no other.
FROM eclipse-temurin:25-jre AS java

FROM java AS app
WORKDIR /app
COPY --from=build /src/target/sidecar-sizer.jar packed.jar
RUN java -Djarmode=tools -jar packed.jar extract --destination extracted --application-filename sidecar-sizer.jar \
    && mv extracted/* . \
    && rm -r extracted packed.jar
COPY src/main/image/java.options src/main/image/train.sh ./
# An AOT cache is good for jars of the very same time, too; this one survives what builders do to layers.
RUN find . -exec touch -d 2000-01-01T00:00:00Z {} +

FROM app AS trained
RUN sh train.sh

FROM java
LABEL org.opencontainers.image.title="sidecar-sizer" \
      org.opencontainers.image.description="Sizes Istio's sidecars by what they really need" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# what changes least comes first
COPY --from=app /app/lib lib
COPY --from=app /app/java.options /app/sidecar-sizer.jar ./
COPY --from=trained /app/sidecar-sizer.aot ./
# more arenas hold more memory, and Java needs few
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["java", "@java.options", "-XX:AOTCache=sidecar-sizer.aot", "-jar", "sidecar-sizer.jar"]
