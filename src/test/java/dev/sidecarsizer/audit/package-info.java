@NullMarked
package dev.sidecarsizer.audit;

import org.jspecify.annotations.NullMarked;
