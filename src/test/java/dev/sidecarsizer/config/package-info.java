@NullMarked
package dev.sidecarsizer.config;

import org.jspecify.annotations.NullMarked;
