package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API server itself may give to pods while no replica answers: one ConfigMap {@value #NAME} a namespace, which
 * the MutatingAdmissionPolicy in {@code deploy/components/safety-net} looks into. It has an entry for each workload whose
 * last pod was sized:
 *
 * <pre>Deployment_apps_reviews: 128Mi 1Gi 96Mi 192Mi</pre>
 *
 * <p>memory request and limit as the pod came, and as it was given. Neither kinds nor groups nor names have an underscore.
 *
 * <p>The policy is evaluated where it is bound, and it is bound to namespaces while the installation may enforce.
 *
 * <p>A write that fails is told and not repeated: the profile is what counts, and the next decision writes it anew.
 */
public final class SafetyNet {

    private static final String NAME = "sidecar-sizer-safety-net";

    private static final Logger LOG = LoggerFactory.getLogger(SafetyNet.class);
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("sidecar-sizer-safety-net")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Mode cap;
    private volatile boolean failing;
    private @Nullable Mode followed;

    /** @param cap how far the installation may go, whatever the brake says */
    public SafetyNet(KubernetesClient client, Mode cap) {
        this.client = client;
        this.cap = cap;
    }

    /**
     * Binds the policy, so that it is evaluated, to no namespace where pods must not be changed. Does nothing where that is
     * done.
     *
     * @param brake how far the brake lets the installation go
     */
    synchronized void follow(Mode brake) {
        Mode most = cap.atMost(brake);
        if (most == followed) {
            return;
        }
        try {
            client.resource(binding(most == Mode.ENFORCE)).patch(APPLY);
        } catch (KubernetesClientException failed) {
            throw ApiFailure.of(failed);
        }
        followed = most;
    }

    /**
     * Takes away what was there before the net was switched off, for nobody keeps it up to date any more: the policy matches no
     * namespace, and has no lines. Does nothing where it never was bound, or the component is not installed.
     */
    static void takeAway(KubernetesClient client) {
        if (!isBound(client)) {
            return;
        }
        client.resource(binding(false)).patch(APPLY);
        for (Namespace namespace : client.namespaces().list().getItems()) {
            try {
                client.configMaps()
                        .inNamespace(namespace.getMetadata().getName())
                        .withName(NAME)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":null}");
            } catch (KubernetesClientException failed) {
                if (failed.getCode() != ApiFailure.NOT_FOUND) {
                    throw failed;
                }
            }
        }
        LOG.info("the safety net is off: its policy matches no namespace, and has no lines");
    }

    private static boolean isBound(KubernetesClient client) {
        try {
            return client.resources(MutatingAdmissionPolicyBinding.class)
                            .withName(NAME)
                            .get()
                    != null;
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == ApiFailure.FORBIDDEN) {
                return false;
            }
            throw failed;
        }
    }

    /**
     * A decision was made for a pod of the workload.
     *
     * @param newest of the {@code status.decisions} of its profile
     */
    void decided(WorkloadKey workload, Map<String, Object> newest) {
        put(workload, entry(newest).orElse(null));
    }

    /** What its last pod was given must not be given again. */
    void forget(WorkloadKey workload) {
        put(workload, null);
    }

    /**
     * Looks into the ConfigMap of the pod's namespace; where there is none, nothing is done.
     *
     * <p>One that holds matches no namespace. It is not deleted: an API server that has once let go of the last binding
     * to a kind of parameters does not see them change any more after the next one (seen of 1.36).
     */
    private static MutatingAdmissionPolicyBinding binding(boolean enforcing) {
        MutatingAdmissionPolicyBinding binding = new MutatingAdmissionPolicyBindingBuilder()
                .withNewMetadata()
                .withName(NAME)
                .addToLabels("app.kubernetes.io/part-of", "sidecar-sizer")
                .endMetadata()
                .withNewSpec()
                .withPolicyName(NAME)
                .withNewParamRef()
                .withName(NAME)
                .withParameterNotFoundAction("Allow")
                .endParamRef()
                .endSpec()
                .build();
        return enforcing
                ? binding
                : binding.edit()
                        .editSpec()
                        .withNewMatchResources()
                        .withNewNamespaceSelector()
                        .addToMatchLabels("sidecar-sizer.dev/safety-net", "held")
                        .endNamespaceSelector()
                        .endMatchResources()
                        .endSpec()
                        .build();
    }

    private static Optional<String> entry(Map<String, Object> decision) {
        if (!"enforce".equals(decision.get("mode")) || !"Resize".equals(decision.get("decision"))) {
            return Optional.empty();
        }
        String entry = Stream.of("before", "after")
                .map(decision::get)
                .flatMap(memory -> memory instanceof Map<?, ?> fields
                        ? Stream.of(fields.get("memoryRequest"), fields.get("memoryLimit"))
                        : Stream.empty())
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .collect(Collectors.joining(" "));
        return Optional.of(entry).filter(words -> words.split(" ").length == 4);
    }

    private void put(WorkloadKey workload, @Nullable String entry) {
        if (entry != null && workload.kind().equals("Job")) {
            // one that no CronJob made is not made again, and its line would stay
            return;
        }
        String key = workload.kind() + "_" + workload.group() + "_" + workload.name();
        if (!KEY.matcher(key).matches()) {
            return;
        }
        try {
            put(workload.namespace(), key, entry);
            failing = false;
        } catch (KubernetesClientException failed) {
            // once, for without the right to it each write would fail
            if (!failing) {
                LOG.warn(
                        "ConfigMap {}/{} cannot be written, so no net is under {}: {}",
                        workload.namespace(),
                        NAME,
                        workload,
                        ApiFailure.why(failed));
            }
            failing = true;
        }
    }

    private void put(String namespace, String key, @Nullable String entry) {
        Resource<ConfigMap> net = client.configMaps().inNamespace(namespace).withName(NAME);
        // one field, whatever other replicas write beside it; null takes it away
        String change = Serialization.asJson(Map.of("data", Collections.singletonMap(key, entry)));
        try {
            net.patch(PatchContext.of(PatchType.JSON_MERGE), change);
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != ApiFailure.NOT_FOUND) {
                throw failed;
            }
            if (entry != null) {
                create(namespace, net, change);
            }
        }
    }

    private void create(String namespace, Resource<ConfigMap> net, String change) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .addToLabels("app.kubernetes.io/part-of", "sidecar-sizer")
                        .endMetadata()
                        .build())
                .patch(APPLY);
        net.patch(PatchContext.of(PatchType.JSON_MERGE), change);
    }
}
