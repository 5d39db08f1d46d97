package io.fullynested.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Makes the photos of the tutorial, a folder for each class: coloured shapes on darker ground, turned a little, with noise, and more of some classes than of
 * others. The same ones for a seed. Needs nothing but Java: {@code java examples/src/main/java/io/fullynested/examples/ShapePhotos.java photos}.
 */
public final class ShapePhotos {

    private static final int SIDE = 32;
    private static final double NOISE = 10;

    private final Random random;

    private ShapePhotos(long seed) {
        random = new Random(seed);
    }

    /**
     * Writes the photos.
     *
     * @param folder gets a folder for each class
     * @param share  of the 3,600 photos, 1 for all
     * @throws IOException if they cannot be written
     */
    static void write(Path folder, double share, long seed) throws IOException {
        ShapePhotos photos = new ShapePhotos(seed);
        Map<String, Integer> classes = new LinkedHashMap<>();
        classes.put("circle", 1200);
        classes.put("square", 900);
        classes.put("triangle", 750);
        classes.put("star", 450);
        classes.put("cross", 300);
        for (Map.Entry<String, Integer> one : classes.entrySet()) {
            Path place = Files.createDirectories(folder.resolve(one.getKey()));
            for (int i = 0; i < share * one.getValue(); i++) {
                String format = i % 3 == 0 ? "jpg" : "png";
                ImageIO.write(photos.photo(one.getKey()), format, place.resolve(String.format("%s%04d.%s", one.getKey(), i, format)).toFile());
            }
        }
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextDouble();
    }

    private BufferedImage photo(String kind) {
        BufferedImage photo = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D paint = photo.createGraphics();
        paint.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        float hue = random.nextFloat();
        paint.setColor(Color.getHSBColor(hue, (float) between(0.2, 0.9), (float) between(0.1, 0.45)));
        paint.fillRect(0, 0, SIDE, SIDE);
        paint.setColor(Color.getHSBColor(hue + (float) between(0.3, 0.7), (float) between(0.2, 0.9), (float) between(0.6, 1)));
        double radius = between(8, 13);
        AffineTransform place = AffineTransform.getTranslateInstance(between(radius, SIDE - radius), between(radius, SIDE - radius));
        place.rotate(between(-0.35, 0.35));
        place.scale(radius, radius);
        paint.fill(place.createTransformedShape(shape(kind)));
        paint.dispose();
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                photo.setRGB(x, y, noisy(photo.getRGB(x, y)));
            }
        }
        return photo;
    }

    private int noisy(int rgb) {
        int noisy = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            long value = Math.round((rgb >> shift & 255) + NOISE * random.nextGaussian());
            noisy |= (int) Math.max(0, Math.min(255, value)) << shift;
        }
        return noisy;
    }

    /** Within the circle of radius 1 around 0. */
    private static Shape shape(String kind) {
        return switch (kind) {
            case "circle" -> new Ellipse2D.Double(-1, -1, 2, 2);
            case "square" -> corners(4, 1);
            case "triangle" -> corners(3, 1);
            case "star" -> corners(10, 0.4);
            default -> {
                Path2D lines = new Path2D.Double();
                lines.moveTo(-0.8, 0);
                lines.lineTo(0.8, 0);
                lines.moveTo(0, -0.8);
                lines.lineTo(0, 0.8);
                yield new BasicStroke(0.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER).createStrokedShape(lines);
            }
        };
    }

    /** A polygon whose every second corner is at another distance. */
    private static Shape corners(int count, double second) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < count; i++) {
            double distance = i % 2 == 0 || count % 2 == 1 ? 1 : second;
            double angle = 2 * Math.PI * i / count;
            if (i == 0) {
                path.moveTo(distance, 0);
            } else {
                path.lineTo(distance * Math.cos(angle), distance * Math.sin(angle));
            }
        }
        path.closePath();
        return path;
    }

    /**
     * {@code ShapePhotos FOLDER}.
     *
     * @throws IOException if they cannot be written
     */
    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        write(Path.of(args[0]), 1, 1);
    }
}
