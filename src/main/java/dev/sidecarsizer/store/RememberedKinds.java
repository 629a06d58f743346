package dev.sidecarsizer.store;

/** What is remembered of every kind, behind the ports. */
final class RememberedKinds {

    private final RememberedProfiles profiles;
    private final RememberedPolicies policies;
    private final RememberedSurroundings surroundings = new RememberedSurroundings();
    private final RememberedBrake brake;

    /** @param ownNamespace where the brake, and policies and priors of the mesh are */
    RememberedKinds(String ownNamespace) {
        profiles = new RememberedProfiles(ownNamespace);
        policies = new RememberedPolicies(ownNamespace);
        brake = new RememberedBrake(ownNamespace);
    }

    RememberedProfiles profiles() {
        return profiles;
    }

    RememberedPolicies policies() {
        return policies;
    }

    RememberedSurroundings surroundings() {
        return surroundings;
    }

    RememberedBrake brake() {
        return brake;
    }

    /** Who remembers objects of {@code kind}. */
    Remembered of(WatchedKind kind) {
        return switch (kind) {
            case PROFILES -> profiles;
            case POLICIES -> policies;
            case NAMESPACES -> surroundings.namespaces();
            case LIMIT_RANGES -> surroundings.limitRanges();
            case RESOURCE_QUOTAS -> surroundings.resourceQuotas();
            case HORIZONTAL_POD_AUTOSCALERS -> surroundings.horizontalPodAutoscalers();
            case CONFIG_MAPS -> brake;
            case VERTICAL_POD_AUTOSCALERS -> surroundings.verticalPodAutoscalers();
        };
    }
}
