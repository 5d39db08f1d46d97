package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The choice of {@link RacingGreedy}. */
final class LazyRace implements GreedyDescent.Choice {

    private final RacingGreedy options;
    private final Exploration explored;
    /** The loss that a removal cost when it was last measured, whatever else was kept then. */
    private final Map<Term, Double> lastLost = new HashMap<>();

    LazyRace(RacingGreedy options, Exploration explored) {
        this.options = options;
        this.explored = explored;
    }

    /** What a removal removes. */
    private record Term(String axis, int from) {
        static Term of(Removal removal) {
            return new Term(removal.axis().id(), removal.from());
        }
    }

    /**
     * What a removal is thought to cost.
     *
     * @param position among all removals
     * @param price    as {@link Removal#price} says, less than all others if nothing is known
     * @param images   how many images that was measured on with all else as it is now; 0 if it is a guess
     */
    private record Bid(Removal removal, int position, double price, int images) {
        static final double UNKNOWN = -1;
        static final Comparator<Bid> ORDER = Comparator.comparingDouble(Bid::price)
                .thenComparing(Comparator.<Bid>comparingDouble(bid -> bid.removal().saving()).reversed()).thenComparingInt(Bid::position);
    }

    @Override
    public Removal cheapest(SubmodelSpec current, List<Removal> removals) {
        int enough = explored.images(options.rankImages());
        PriorityQueue<Bid> bids = new PriorityQueue<>(Bid.ORDER);
        for (int i = 0; i < removals.size(); i++) {
            bids.add(first(current, removals.get(i), i, enough));
        }
        while (bids.element().images() < enough) {
            int images = next(bids.element().images(), enough);
            bids.addAll(measured(current, leaders(bids), images));
        }
        return bids.element().removal();
    }

    /** What is known of a removal from this very submodel, else what it cost last, else nothing. */
    private Bid first(SubmodelSpec current, Removal removal, int position, int enough) {
        int known = 0;
        for (int images = next(0, enough); images > known && isKnown(current, removal, images); images = next(images, enough)) {
            known = images;
        }
        if (known > 0) {
            return bid(removal, position, lost(explored.evaluate(current, known), explored.evaluate(removal.left(), known)), known);
        }
        Double last = lastLost.get(Term.of(removal));
        return last == null ? new Bid(removal, position, Bid.UNKNOWN, 0) : bid(removal, position, last, 0);
    }

    /** Takes from the queue what leads and is measured alike: all of which nothing is known, else so many as are wanted. */
    private List<Bid> leaders(PriorityQueue<Bid> bids) {
        int images = bids.element().images();
        List<Bid> leaders = new ArrayList<>();
        while (!bids.isEmpty() && bids.element().images() == images
                && (bids.element().price() == Bid.UNKNOWN || leaders.size() < options.atOnce())) {
            leaders.add(bids.remove());
        }
        return leaders;
    }

    private List<Bid> measured(SubmodelSpec current, List<Bid> leaders, int images) {
        Evaluation whole = explored.evaluate(current, images);
        List<Evaluation> left = explored.evaluate(leaders.stream().map(bid -> bid.removal().left()).toList(), images);
        List<Bid> measured = new ArrayList<>();
        for (int i = 0; i < leaders.size(); i++) {
            Bid bid = leaders.get(i);
            double lost = lost(whole, left.get(i));
            lastLost.put(Term.of(bid.removal()), lost);
            measured.add(bid(bid.removal(), bid.position(), lost, images));
        }
        return measured;
    }

    private boolean isKnown(SubmodelSpec current, Removal removal, int images) {
        return explored.isKnown(current, images) && explored.isKnown(removal.left(), images);
    }

    /** The number of images after this one, of a race that ends with enough. */
    private int next(int images, int enough) {
        return Math.min(images == 0 ? options.firstImages() : 2 * images, enough);
    }

    private static Bid bid(Removal removal, int position, double lost, int images) {
        return new Bid(removal, position, removal.price(lost), images);
    }

    private static double lost(Evaluation before, Evaluation after) {
        return Removal.lost(before.loss(), after.loss());
    }
}
