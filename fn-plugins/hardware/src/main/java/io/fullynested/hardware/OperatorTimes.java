package io.fullynested.hardware;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The times of operators, measured, between measured ones, or by regression. */
final class OperatorTimes {

    private final Map<OperatorShape, Double> measured = new HashMap<>();
    private final Map<String, List<OperatorShape>> byOperator;
    private final Map<String, Ridge> byKind = new HashMap<>();
    private final Ridge any;

    OperatorTimes(List<LatencyTable.Row> rows) {
        rows.forEach(row -> measured.put(row.shape(), row.time()));
        byOperator = Numbers.grouped(measured.keySet(), OperatorShape::operator);
        Numbers.grouped(measured.keySet(), OperatorShape::kind).forEach((kind, shapes) -> byKind.put(kind, fit(shapes)));
        any = fit(List.copyOf(measured.keySet()));
    }

    private Ridge fit(List<OperatorShape> shapes) {
        return Ridge.fit(shapes.stream().map(OperatorShape::features).toList(), shapes.stream().map(measured::get).toList());
    }

    /** Where a time comes from. */
    enum Source {
        MEASURED, BETWEEN, EXTRAPOLATED
    }

    /** In milliseconds. */
    record Time(double milliseconds, Source source) {
    }

    Time of(OperatorShape shape) {
        Double known = measured.get(shape);
        if (known != null) {
            return new Time(known, Source.MEASURED);
        }
        NavigableMap<Double, Double> alike = new TreeMap<>();
        for (OperatorShape other : byOperator.getOrDefault(shape.operator(), List.of())) {
            if (other.hasPixelsOf(shape)) {
                // shapes that do the same work by other extents
                alike.merge(other.work(), measured.get(other), (a, b) -> (a + b) / 2);
            }
        }
        Map.Entry<Double, Double> less = alike.floorEntry(shape.work());
        Map.Entry<Double, Double> more = alike.ceilingEntry(shape.work());
        if (less == null || more == null) {
            return new Time(regress(shape), Source.EXTRAPOLATED);
        }
        double gap = more.getKey() - less.getKey();
        return new Time(gap == 0 ? less.getValue() : less.getValue() + (more.getValue() - less.getValue()) * (shape.work() - less.getKey()) / gap,
                Source.BETWEEN);
    }

    /** What the regression of the shape's kind says, or that of all where none of its kind was measured. */
    double regress(OperatorShape shape) {
        return Math.max(0, byKind.getOrDefault(shape.kind(), any).predict(shape.features()));
    }
}
