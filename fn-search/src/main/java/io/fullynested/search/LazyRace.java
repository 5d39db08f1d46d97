package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The choice of {@link RacingGreedy}. */
final class LazyRace implements GreedyDescent.Choice {

    private final Exploration explored;
    private final int enough;
    private final int atOnce;
    /** What a removal cost when it was last measured, whatever else was kept then. */
    private final Map<Term, Double> lastLost = new HashMap<>();

    /**
     * A race.
     *
     * @param enough blocks of images that the winner was measured on
     * @param atOnce leaders to measure at once
     */
    LazyRace(Exploration explored, int enough, int atOnce) {
        this.explored = explored;
        this.enough = enough;
        this.atOnce = atOnce;
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
     * @param blocks   how many blocks of images that was measured on with all else as it is now; 0 if it is a guess
     */
    private record Bid(Removal removal, int position, double price, int blocks) {
        static final double UNKNOWN = -1;
        static final Comparator<Bid> ORDER = Comparator.comparingDouble(Bid::price)
                .thenComparing(Comparator.<Bid>comparingDouble(bid -> bid.removal().saving()).reversed()).thenComparingInt(Bid::position);
    }

    @Override
    public Removal cheapest(SubmodelSpec current, List<Removal> removals) {
        PriorityQueue<Bid> bids = new PriorityQueue<>(Bid.ORDER);
        for (int i = 0; i < removals.size(); i++) {
            bids.add(first(current, removals.get(i), i));
        }
        while (bids.element().blocks() < enough) {
            int blocks = Math.min(enough, Math.max(1, 2 * bids.element().blocks()));
            bids.addAll(measured(current, leaders(bids), blocks));
        }
        return bids.element().removal();
    }

    /** What is known of a removal from this very submodel, else what it cost last, else nothing. */
    private Bid first(SubmodelSpec current, Removal removal, int position) {
        int known = Math.min(enough, Math.min(explored.knownBlocks(current), explored.knownBlocks(removal.left())));
        if (known > 0) {
            List<Double> both = explored.divergences(List.of(current, removal.left()), known);
            return bid(removal, position, Removal.lost(both.get(0), both.get(1)), known);
        }
        Double last = lastLost.get(Term.of(removal));
        return last == null ? new Bid(removal, position, Bid.UNKNOWN, 0) : bid(removal, position, last, 0);
    }

    /** Takes from the queue what leads and is measured alike: all of which nothing is known, else so many as are wanted. */
    private List<Bid> leaders(PriorityQueue<Bid> bids) {
        int blocks = bids.element().blocks();
        List<Bid> leaders = new ArrayList<>();
        while (!bids.isEmpty() && bids.element().blocks() == blocks
                && (bids.element().price() == Bid.UNKNOWN || leaders.size() < atOnce)) {
            leaders.add(bids.remove());
        }
        return leaders;
    }

    private List<Bid> measured(SubmodelSpec current, List<Bid> leaders, int blocks) {
        List<SubmodelSpec> specs = new ArrayList<>(List.of(current));
        leaders.forEach(bid -> specs.add(bid.removal().left()));
        List<Double> found = explored.divergences(specs, blocks);
        List<Bid> measured = new ArrayList<>();
        for (int i = 0; i < leaders.size(); i++) {
            Bid bid = leaders.get(i);
            double lost = Removal.lost(found.get(0), found.get(i + 1));
            lastLost.put(Term.of(bid.removal()), lost);
            measured.add(bid(bid.removal(), bid.position(), lost, blocks));
        }
        return measured;
    }

    private static Bid bid(Removal removal, int position, double lost, int blocks) {
        return new Bid(removal, position, removal.price(lost), blocks);
    }
}
