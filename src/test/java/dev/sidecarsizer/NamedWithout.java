package dev.sidecarsizer;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** No class's name contains one of these words. */
final class NamedWithout extends ArchCondition<JavaClass> {

    private final List<String> words;

    NamedWithout(List<String> words) {
        super("have a name without " + words);
        this.words = words;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (String word : words) {
            if (type.getSimpleName().contains(word)) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " is named " + word));
            }
        }
    }
}
