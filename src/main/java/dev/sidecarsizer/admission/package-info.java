/**
 * AdmissionReviews in and out over HTTPS.
 *
 * <p>No rule of sizing lives here, and no request waits for anything: all answers come from memory.
 *
 * <p>Next: {@link dev.sidecarsizer.admission.PodAdmission} is the way of one pod; {@code sizing} holds the rules.
 */
@NullMarked
package dev.sidecarsizer.admission;

import org.jspecify.annotations.NullMarked;
