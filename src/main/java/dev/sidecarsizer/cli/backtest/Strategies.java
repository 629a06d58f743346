package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.backtest.ours.Ours;
import dev.sidecarsizer.backtest.peer.AsItComes;
import dev.sidecarsizer.backtest.peer.Krr;
import dev.sidecarsizer.backtest.peer.Percentile;
import dev.sidecarsizer.backtest.peer.Vpa;
import dev.sidecarsizer.backtest.replay.Strategy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The strategies that {@code --strategy} can name. */
final class Strategies {

    private static final int P95 = 95;
    private static final int P99 = 99;

    private static final Map<String, Function<Terms, Strategy>> BY_NAME = byName();

    /** Those that are compared where none is named. */
    static final List<String> DEFAULT =
            names().stream().filter(name -> !name.equals(Vpa.GUARANTEED)).toList();

    private Strategies() {}

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** A new one; {@code name} is one of {@link #names()}. */
    static Strategy named(String name, Terms terms) {
        Function<Terms, Strategy> made = BY_NAME.get(name);
        if (made == null) {
            throw new IllegalArgumentException(name + " is no strategy");
        }
        return made.apply(terms);
    }

    private static Map<String, Function<Terms, Strategy>> byName() {
        Map<String, Function<Terms, Strategy>> all = new LinkedHashMap<>();
        all.put(Ours.NAME, terms -> new Ours(terms.target(), terms.policy(), terms.comesWith()));
        all.put(AsItComes.NAME, terms -> new AsItComes(terms.comesWith()));
        all.put(Vpa.NAME, terms -> Vpa.proportional(terms.request(), terms.limit()));
        all.put(Krr.NAME, terms -> new Krr(terms.measurements()));
        all.put("p95", terms -> new Percentile(P95));
        all.put("p99", terms -> new Percentile(P99));
        all.put(Vpa.GUARANTEED, terms -> Vpa.guaranteed(terms.limit()));
        return all;
    }
}
