/**
 * What is shipped in {@code deploy/} and {@code certs-scripts/}, held against what it promises.
 *
 * <p>Tests that end in {@code Test} read the files; those that end in {@code IT} give them to a real API server, to
 * kustomize and to Helm. Nothing here starts the webhook: that is the business of the rooms that serve.
 */
@NullMarked
package dev.sidecarsizer.deploy;

import org.jspecify.annotations.NullMarked;
