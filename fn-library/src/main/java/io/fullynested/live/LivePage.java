package io.fullynested.live;

import io.fullynested.NestedNetwork;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Progress;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.SubmodelSearch;
import io.fullynested.training.ForwardingListener;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A page that shows training and search while they go on, to browsers on this machine only: progress, loss and score epoch by epoch, and what a
 * search measured. It ends when it is closed. Needs nothing but the JDK's HTTP server and a browser.
 */
public final class LivePage implements LiveView {

    /** How long the end waits for pages that are open. */
    private static final long END_MILLIS = 1_500;

    private final LiveEvents events = new LiveEvents();
    private final LiveServer server;

    /**
     * Opens a page.
     *
     * @param port that it is at, 0 for any that is free
     * @param name what it is about
     * @throws java.net.BindException if the port is taken
     */
    public LivePage(int port, String name) throws IOException {
        events.add(new Named("open", name));
        server = new LiveServer(port, events);
    }

    /** Where it is: {@code http://127.0.0.1:port/}. */
    public URI address() {
        return server.address();
    }

    /** How far some work is. */
    private record Now(String work, double done, String message, double epoch, Map<String, Double> values) {

        static Now of(String metric, TrainingListener.Progress at) {
            double done = (double) at.step() / at.steps();
            return new Now("training", done, String.format(Locale.ROOT, "epoch %d of %d, %.0f images/s", at.epoch(), at.epochs(), at.imagesPerSecond()),
                    done * at.epochs(), LivePage.values(metric, at));
        }
    }

    /** Something of a name begins. */
    private record Named(String kind, String name) {
    }

    /** An epoch that is done; values by name. */
    private record Epoch(String kind, int epoch, Map<String, Double> values) {
    }

    /** A search begins, in submodels that have these costs. */
    private record Searching(String kind, String name, String metric, List<Cost> costs, List<Goal> goals) {
    }

    private record Cost(String name, String unit) {
    }

    private record Goal(String name, Map<String, Double> limits) {
    }

    /** A submodel was measured; costs in the order of {@link Searching}. */
    private record Measured(String kind, double score, double[] costs, String selection) {
    }

    @Override
    public TrainingListener training(String name, NestedNetwork network, TrainingListener next) {
        String metric = network.metric();
        events.add(new Named("training", name));
        return new ForwardingListener(next) {
            @Override
            public void resumed(long step, long steps, List<Progress> past, List<Validated> measured) {
                past.forEach(one -> events.add(new Epoch("epoch", one.epoch(), values(metric, one))));
                measured.forEach(one -> events.add(LivePage.validated(metric, one)));
                super.resumed(step, steps, past, measured);
            }

            @Override
            public void step(Progress at) {
                events.now(() -> Now.of(metric, at));
                super.step(at);
            }

            @Override
            public void validated(Validated at) {
                events.add(LivePage.validated(metric, at));
                super.validated(at);
            }

            @Override
            public void epoch(Progress at) {
                events.add(new Epoch("epoch", at.epoch(), values(metric, at)));
                super.epoch(at);
            }
        };
    }

    private static Epoch validated(String metric, TrainingListener.Validated at) {
        return new Epoch("validated", at.epoch(), Map.of("validation loss", at.full().loss(), "validation " + metric, at.full().score(),
                "smallest loss", at.smallest().loss(), "smallest " + metric, at.smallest().score()));
    }

    private static Map<String, Double> values(String metric, TrainingListener.Progress at) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", at.loss());
        values.put(metric, at.score());
        values.put("learning rate", at.learningRate());
        return values;
    }

    @Override
    public Progress search(String name, NestedNetwork network, SearchOptions options, Progress next) {
        SubmodelSearch costs = network.costs(options);
        List<String> names = List.copyOf(costs.units().keySet());
        events.add(new Searching("search", name, network.metric(), names.stream().map(cost -> new Cost(cost, costs.units().get(cost))).toList(),
                options.names().stream().map(goal -> new Goal(goal, options.constraints(goal))).toList()));
        Set<SubmodelSpec> known = new HashSet<>();
        return new Progress() {
            @Override
            public void report(double done, String message) {
                events.now(() -> new Now("search", done, message, 0, Map.of()));
                next.report(done, message);
            }

            @Override
            public void measured(SubmodelSpec spec, Evaluation evaluation) {
                if (known.add(spec)) {
                    Map<String, Double> all = costs.costs(spec);
                    events.add(new Measured("measured", evaluation.score(), names.stream().mapToDouble(all::get).toArray(), spec.toString()));
                }
                next.measured(spec, evaluation);
            }

            @Override
            public boolean cancelled() {
                return next.cancelled();
            }
        };
    }

    @Override
    public void begin(String work) {
        events.now(() -> new Now(work, 0, "", 0, Map.of()));
    }

    @Override
    public void close() {
        events.end(Map.of("kind", "end"), END_MILLIS);
        server.close();
    }
}
