/** Tests of the learning loop and of its sources. */
@NullMarked
package dev.sidecarsizer.collect;

import org.jspecify.annotations.NullMarked;
