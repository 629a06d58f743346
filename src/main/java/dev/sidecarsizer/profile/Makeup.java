package dev.sidecarsizer.profile;

import org.jspecify.annotations.Nullable;

/**
 * What configuration and filters make of a proxy; {@code null} wherever nobody told, or it is not exported.
 *
 * @param clusters clusters in Envoy's configuration
 * @param wasm virtual machines of Wasm plugins, one or more for each worker thread
 * @param lua whether a Lua filter is there
 * @param pushesPerHour how often an hour istiod sent all clusters anew
 * @param series series that it exposes
 * @param outbound clusters of services that may be called
 * @param subsets those of them that DestinationRules made
 */
public record Makeup(
        @Nullable Long clusters,
        @Nullable Long wasm,
        @Nullable Boolean lua,
        @Nullable Double pushesPerHour,
        @Nullable Long series,
        @Nullable Long outbound,
        @Nullable Long subsets) {

    /** Nothing known. */
    public static final Makeup UNKNOWN = new Makeup(null, null, null, null, null, null, null);

    public Makeup withClusters(@Nullable Long other) {
        return new Makeup(other, wasm, lua, pushesPerHour, series, outbound, subsets);
    }
}
