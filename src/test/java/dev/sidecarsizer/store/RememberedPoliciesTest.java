package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.sizing.SizingPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RememberedPoliciesTest {

    private static final Map<String, String> REVIEWS = Map.of("app", "reviews", "version", "v1", "tier", "back");

    private final RememberedPolicies policies = new RememberedPolicies("sidecar-sizer-system");

    @Test
    void withoutAnyPolicyTheDefaultsHold() {
        assertThat(policies.of("shop", REVIEWS)).isEqualTo(SizingPolicy.DEFAULT);
    }

    @Test
    void theNamespacesOwnGoesBeforeTheMeshs() {
        put("sidecar-sizer-system", "mesh", "{selector: {matchLabels: {app: reviews, version: v1}}}");
        put("shop", "own", "{}");

        assertThat(policies.of("shop", REVIEWS).name()).isEqualTo("shop/own");
        assertThat(policies.of("bank", REVIEWS).name()).isEqualTo("sidecar-sizer-system/mesh");
        assertThat(policies.of("bank", Map.of("app", "other"))).isEqualTo(SizingPolicy.DEFAULT);
    }

    @Test
    void theMeshsHoldsWhereTheNamespacesOwnDoesNotSelectThePod() {
        put("sidecar-sizer-system", "mesh", "{}");
        put("shop", "own", "{selector: {matchLabels: {app: ratings}}}");

        assertThat(policies.of("shop", REVIEWS).name()).isEqualTo("sidecar-sizer-system/mesh");
    }

    @Test
    void theMoreLabelsTheMoreItIsMeantAndThenTheNameDecides() {
        put("shop", "a-all", "{}");
        put("shop", "z-one", "{selector: {matchLabels: {app: reviews}}}");
        put("shop", "y-two", "{selector: {matchLabels: {app: reviews, tier: back}}}");
        put("shop", "x-two", "{selector: {matchLabels: {app: reviews, version: v1}}}");

        assertThat(policies.of("shop", REVIEWS).name()).isEqualTo("shop/x-two");
        assertThat(policies.of("shop", Map.of("app", "reviews")).name()).isEqualTo("shop/z-one");
        assertThat(policies.of("shop", Map.of()).name()).isEqualTo("shop/a-all");
    }

    @Test
    void aPolicyThatIsGoneIsForgotten() {
        put("shop", "own", "{headroom: 99}");
        assertThat(policies.of("shop", REVIEWS).fault()).isNotNull();
        assertThat(policies.faults().count()).isEqualTo(1);

        policies.forget("shop/own");

        assertThat(policies.of("shop", REVIEWS)).isEqualTo(SizingPolicy.DEFAULT);
        assertThat(policies.faults().count()).isZero();
    }

    private void put(String namespace, String name, String spec) {
        policies.remember(Written.object(namespace, name, "spec: " + spec));
    }
}
