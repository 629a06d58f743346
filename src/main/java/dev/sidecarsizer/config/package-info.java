/**
 * The composition root: settings, the choice of adapters, TLS, probes, metrics, start and stop.
 *
 * <p>The only room that wires; no other room knows where its ports come from.
 *
 * <p>Next: {@link dev.sidecarsizer.config.Webhook} puts the rooms together; {@code docs/configuration.md} tells each
 * setting.
 */
@NullMarked
package dev.sidecarsizer.config;

import org.jspecify.annotations.NullMarked;
