package dev.sidecarsizer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the code, and which may look into which. */
class RoomsTest {

    private static final String ROOT = "dev.sidecarsizer";

    /** Each room, and the rooms that it may import. {@code config} wires, so it may import all. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("mesh", Set.of()),
            Map.entry("profile", Set.of("mesh")),
            Map.entry("sizing", Set.of("mesh", "profile")),
            Map.entry("patch", Set.of("mesh", "sizing")),
            Map.entry("advice", Set.of("mesh", "profile")),
            Map.entry("guard", Set.of("mesh", "profile")),
            Map.entry("watch", Set.of()),
            Map.entry("store", Set.of("mesh", "profile", "sizing", "guard", "watch")),
            Map.entry("collect", Set.of("mesh", "profile", "advice", "guard", "watch")),
            Map.entry("admission", Set.of("mesh", "profile", "sizing", "patch")),
            Map.entry("backtest", Set.of("mesh", "profile", "sizing")),
            Map.entry(
                    "audit",
                    Set.of("mesh", "profile", "sizing", "patch", "advice", "guard", "store", "admission", "backtest")),
            Map.entry(
                    "cli",
                    Set.of(
                            "mesh",
                            "profile",
                            "sizing",
                            "patch",
                            "advice",
                            "guard",
                            "store",
                            "collect",
                            "admission",
                            "backtest",
                            "audit")));

    private static final Set<String> PURE = Set.of("mesh", "profile", "sizing", "patch", "advice", "guard", "backtest");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    static Stream<String> rooms() {
        return ROOMS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void importsOnlyFromTheRoomsBelow(String room) {
        lookingOnlyBelow(room).check(CLASSES);
    }

    @Test
    void aRoomThatLooksUpIsFound() {
        ArchRule patchMayImportNothing = noClasses()
                .that(resideInAPackage(of("patch")))
                .should()
                .dependOnClassesThat(resideInAPackage(of("sizing")));

        assertThatThrownBy(() -> patchMayImportNothing.check(CLASSES)).isInstanceOf(AssertionError.class);
    }

    @Test
    void everyPackageIsARoomOfTheTable() {
        Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(type.getPackageName()));
        packages.remove(ROOT);
        packages.remove(ROOT + ".config");

        assertThat(packages).isNotEmpty().allSatisfy(name -> assertThat(ROOMS)
                .containsKey(name.substring(ROOT.length() + 1).replaceFirst("\\..*", "")));
    }

    @Test
    void theDomainKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE.stream().map(RoomsTest::of).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..", "io.fabric8..", "jakarta..", "io.micrometer..", "org.slf4j..")
                .because("what is decided must not hang on who asks, stores or counts it, and must run in a plain test")
                .check(CLASSES);
    }

    @Test
    void onlyConfigWires() {
        noClasses()
                .that(resideOutsideOfPackage(of("config")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.context..",
                        "org.springframework.beans..",
                        "org.springframework.boot.autoconfigure..",
                        "org.springframework.boot.context..")
                .because("one room is enough to see how all hang together")
                .check(CLASSES);
    }

    @Test
    void nobodyImportsConfigButTheWayIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(of("config"), ROOT)
                .should()
                .dependOnClassesThat(resideInAPackage(of("config")))
                .because("settings are handed to a room as values: it must not know where they come from")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreSpeaksToKubernetes() {
        noClasses()
                .that()
                .resideOutsideOfPackages(of("watch"), of("store"), of("config"), of("collect"), of("cli"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes..")
                .because("admission answers from memory, whatever the API server does")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        List<String> emptyWords = List.of("Util", "Utils", "Common", "Helper", "Manager", "Impl", "Logic");
        classes()
                .should(new NamedWithout(emptyWords))
                .because("such a word hides that nobody knew what the class is for")
                .check(CLASSES);
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..service..", "..dto..")
                .because("rooms are named for what lives in them, not for layers")
                .check(CLASSES);
    }

    private static ArchRule lookingOnlyBelow(String room) {
        String[] above = Stream.concat(ROOMS.keySet().stream(), Stream.of("config"))
                .filter(other -> !other.equals(room)
                        && !ROOMS.getOrDefault(room, Set.of()).contains(other))
                .map(RoomsTest::of)
                .toArray(String[]::new);
        return noClasses()
                .that(resideInAPackage(of(room)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .because(
                        "imports point down only, so that a room can be read without those above it; the leader collects and"
                                + " says what follows, so collect stands above advice")
                .allowEmptyShould(true);
    }

    private static String of(String room) {
        return ROOT + "." + room + "..";
    }
}
