/**
 * The main job to look at: {@code mvn spring-boot:test-run} starts a control plane, installs what {@code deploy/} ships,
 * and shows what becomes of injected pods.
 *
 * <p>Nothing is decided here, and nothing is pretended: what the table says was read back from the API server.
 *
 * <p>Next: {@link dev.sidecarsizer.demo.Demo} is the way through; {@code install} holds what tests do in the same way.
 */
@NullMarked
package dev.sidecarsizer.demo;

import org.jspecify.annotations.NullMarked;
