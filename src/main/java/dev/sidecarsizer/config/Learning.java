package dev.sidecarsizer.config;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.collect.Collector;
import dev.sidecarsizer.collect.KubernetesOwners;
import dev.sidecarsizer.collect.Leadership;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.OomRelief;
import dev.sidecarsizer.collect.Pods;
import dev.sidecarsizer.collect.Sources;
import dev.sidecarsizer.collect.Targets;
import dev.sidecarsizer.collect.envoy.DirectSettings;
import dev.sidecarsizer.collect.envoy.DirectUsage;
import dev.sidecarsizer.collect.envoy.Looked;
import dev.sidecarsizer.collect.kubernetes.LivePods;
import dev.sidecarsizer.collect.kubernetes.Watched;
import dev.sidecarsizer.collect.prometheus.Authorities;
import dev.sidecarsizer.collect.prometheus.Dropped;
import dev.sidecarsizer.collect.prometheus.PrometheusSettings;
import dev.sidecarsizer.collect.prometheus.PrometheusUsage;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Trail;
import dev.sidecarsizer.store.KubernetesStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The learning loop: one replica of all leads it. Without a cluster there is none. */
@Configuration(proxyBeanMethods = false)
@Profile("!local")
@ConditionalOnProperty(name = "sidecar-sizer.collect.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LearningSettings.class)
class Learning {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    @Bean
    Collector collector(
            KubernetesClient client,
            KubernetesStore store,
            Policies policies,
            Surroundings.Source surroundings,
            Profiles profiles,
            ModeCap cap,
            Dropped dropped,
            Watched watched,
            Looked looked,
            Settings general,
            LearningSettings settings) {
        Targets targets = targets(policies, surroundings, cap);
        Judge judge = new Judge(profiles, policies, surroundings, cap);
        return new Collector(
                sources(client, policies, targets, judge, dropped, watched, looked, settings),
                store.histories(),
                store.fuse(),
                new KubernetesOwners(client, InstantSource.system()),
                targets,
                store.autoscalers(),
                new OomRelief(
                        store.pods(),
                        pod -> prospect(judge, pod),
                        general.oomLoop().actionsPerMinute()),
                settings.pace(),
                InstantSource.system());
    }

    @Bean(initMethod = "start")
    Leadership leadership(KubernetesClient client, KubernetesStore store, Collector collector, Settings settings) {
        String pod = Objects.requireNonNullElse(System.getenv("POD_NAME"), "sidecar-sizer");
        return new Leadership(client, settings.namespace(), pod, Leadership.Times.DEFAULT, term -> {
            // of a namespace that is not known yet nothing would be learnt, and what was passed over is not read again;
            // an autoscaler that is not known yet would be taken for gone
            while (!store.isComplete()) {
                Thread.sleep(BETWEEN_LOOKS);
            }
            collector.lead(term);
        });
    }

    @Bean
    Dropped dropped() {
        return new Dropped();
    }

    @Bean
    Watched watched() {
        return new Watched();
    }

    @Bean
    Looked looked() {
        return new Looked();
    }

    @Bean
    LearningMeasures learningMeasures(
            Collector collector, Leadership leadership, Dropped dropped, Watched watched, Looked looked) {
        return new LearningMeasures(collector, leadership, dropped, watched, looked);
    }

    private static Targets targets(Policies policies, Surroundings.Source surroundings, ModeCap cap) {
        return new Targets() {
            @Override
            public boolean learnsFrom(String namespace) {
                return surroundings.mode(namespace).orElse(Mode.OFF) != Mode.OFF;
            }

            @Override
            public boolean isGone(String namespace) {
                // all were seen before the term began
                return surroundings.mode(namespace).isEmpty();
            }

            @Override
            public Target of(LivePod pod) {
                SizingPolicy policy = policies.of(pod.name().namespace(), pod.labels());
                return policy.oomRisk() == null
                        ? new Target.Headroom(policy.headroom())
                        : new Target.Risk(policy.oomRisk());
            }

            @Override
            public Mode mode(LivePod pod) {
                Mode namespace = surroundings
                        .mode(pod.name().namespace())
                        .orElse(Mode.OFF)
                        .atMost(cap.get());
                return Optional.ofNullable(pod.labels().get(Mode.LABEL))
                        .map(Mode::ofLabel)
                        .map(namespace::atMost)
                        .orElse(namespace);
            }

            @Override
            public Optional<Plan> rollout(LivePod pod) {
                return Optional.ofNullable(
                        policies.of(pod.name().namespace(), pod.labels()).rollout());
            }

            @Override
            public Bytes ceiling(LivePod pod) {
                return policies.of(pod.name().namespace(), pod.labels()).ceiling();
            }
        };
    }

    /** By what admission would do; a fault of ours counts as that it would not. */
    private static boolean wouldSize(Judge judge, Pod pod) {
        try {
            Judgement judgement = judge.judge(Review.ofCreated(pod.tree(), pod.namespace()), Mode.ENFORCE, Trail.NONE);
            return judgement.mode() == Mode.ENFORCE && judgement.decision() instanceof Resize;
        } catch (RuntimeException fault) {
            return false;
        }
    }

    /** What admission would do now; what the owner asks for is the owner's to change. */
    private static Prospect prospect(Judge judge, Pod pod) {
        Judgement judgement = judge.judge(Review.ofCreated(pod.tree(), pod.namespace()), Mode.ENFORCE, Trail.NONE);
        boolean ours = judgement.decision() instanceof Resize resize && resize.origin() != Origin.OWNER;
        return new Prospect(
                judgement.mode(),
                ours ? ((Resize) judgement.decision()).after() : null,
                judgement.decision().reason(),
                judgement.grounds() == null
                        ? Relief.TELL
                        : judgement.grounds().policy().oomLoop());
    }

    /** Settings are looked at here, so that a wrong one stops the start and not a term. */
    private static Sources sources(
            KubernetesClient client,
            Policies policies,
            Targets targets,
            Judge judge,
            Dropped dropped,
            Watched watched,
            Looked looked,
            LearningSettings settings) {
        Optional<PrometheusSettings> prometheus = settings.prometheus().settings();
        SSLContext trusted = Authorities.in(settings.prometheus().access().caFile());
        DirectSettings direct = settings.direct().settings();
        // until its last window has been read, also where the source is away for as long as a window
        Duration remembered = prometheus
                .map(one -> one.window().multipliedBy(2).plus(one.delay()))
                .orElseGet(() -> direct.window().multipliedBy(2))
                .plus(settings.readInterval());
        return new Sources() {
            @Override
            public Pods pods(Pods.Killed killed) {
                return new LivePods(
                        client,
                        targets::learnsFrom,
                        (namespace, labels) -> policies.of(namespace, labels).groupBy(),
                        pod -> wouldSize(judge, pod),
                        remembered,
                        watched,
                        killed);
            }

            @Override
            public Open usage(Pods pods) {
                if (prometheus.isPresent()) {
                    return new Open(new PrometheusUsage(prometheus.get(), trusted, dropped), () -> {});
                }
                DirectUsage usage = new DirectUsage(client, pods::all, direct, looked);
                usage.start();
                return new Open(usage, usage::close);
            }
        };
    }
}
