/**
 * The audit page: what is known and decided of the mesh, for people with a browser, read only.
 *
 * <p>Nothing is decided here, and what is worked out here is worked out on one thread of its own, so that no review waits
 * for it. Who may see it: {@code docs/decisions/0013}.
 *
 * <p>Next: {@link dev.sidecarsizer.audit.page.AuditPage} takes requests, {@link dev.sidecarsizer.audit.page.Data} answers
 * those for data.
 */
@NullMarked
package dev.sidecarsizer.audit.page;

import org.jspecify.annotations.NullMarked;
