/** Tests of watched pods. */
@NullMarked
package dev.sidecarsizer.collect.kubernetes;

import org.jspecify.annotations.NullMarked;
