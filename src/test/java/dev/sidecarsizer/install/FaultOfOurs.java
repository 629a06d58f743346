package dev.sidecarsizer.install;

import dev.sidecarsizer.sizing.Policies;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** None is known, so it is made: whoever asks for the policy of a pod with this label gets an exception. */
@Configuration(proxyBeanMethods = false)
class FaultOfOurs {

    static final String LABEL = "fault-of-ours";

    /** Has a replica have it. */
    static final String SETTING = "--spring.main.sources=" + FaultOfOurs.class.getName();

    @Bean
    static BeanPostProcessor fault() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof Policies policies ? over(policies) : bean;
            }
        };
    }

    private static Policies over(Policies policies) {
        return (namespace, labels) -> {
            if (labels.containsKey(LABEL)) {
                throw new IllegalStateException("a fault of ours");
            }
            return policies.of(namespace, labels);
        };
    }
}
