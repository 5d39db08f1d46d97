package io.fullynested.parquet;

import io.fullynested.core.data.ShardFormat;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of Parquet files, whose pictures are copied one after the other into a temporary file for each.
 *
 * @param image the column of their bytes, or the group that has a part of this name
 * @param label the column of their classes
 */
record ParquetShards(String image, String label) implements ShardFormat {

    private static final String BYTES = "bytes";
    /** The others are Hadoop's, which is not there. */
    private static final List<CompressionCodecName> CODECS = List.of(CompressionCodecName.SNAPPY, CompressionCodecName.ZSTD, CompressionCodecName.LZ4_RAW,
            CompressionCodecName.UNCOMPRESSED);

    @Override
    public String ending() {
        return ".parquet";
    }

    @Override
    public List<Sample> samples(Path shard, boolean labelled) throws IOException {
        return InputFile.read(shard, () -> {
            Path folder = Files.createTempDirectory("fn-parquet");
            Path copy = folder.resolve(shard.getFileName());
            // the last to be registered is the first to go
            folder.toFile().deleteOnExit();
            copy.toFile().deleteOnExit();
            try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(shard)); OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy))) {
                return new Reading(shard, copy, reader, out).samples(labelled);
            }
        });
    }

    /** @throws UnreadableException if a column is compressed in a way that is not unpacked here */
    static void require(Path shard, CompressionCodecName codec) throws UnreadableException {
        if (!CODECS.contains(codec)) {
            throw new UnreadableException(shard, "it is compressed by " + codec + ", which is not read here. Maybe write it with one of " + CODECS + "?");
        }
    }

    /** One file, while it is read. */
    private final class Reading {

        private final Path shard;
        private final Path copy;
        private final ParquetFileReader reader;
        private final OutputStream out;
        private final List<Sample> samples = new ArrayList<>();
        private long written;

        Reading(Path shard, Path copy, ParquetFileReader reader, OutputStream out) {
            this.shard = shard;
            this.copy = copy;
            this.reader = reader;
            this.out = out;
        }

        List<Sample> samples(boolean labelled) throws IOException {
            MessageType all = reader.getFileMetaData().getSchema();
            List<Type> wanted = new ArrayList<>(List.of(field(all, image)));
            if (labelled) {
                wanted.add(field(all, label));
            }
            MessageType schema = new MessageType(all.getName(), wanted);
            ColumnDescriptor pictures = pictures(schema);
            ColumnDescriptor classes = labelled ? classes(schema) : null;
            reader.setRequestedSchema(schema);
            for (BlockMetaData group : reader.getRowGroups()) {
                for (ColumnChunkMetaData chunk : group.getColumns()) {
                    require(shard, chunk.getCodec());
                }
            }
            for (PageReadStore rows = reader.readNextRowGroup(); rows != null; rows = reader.readNextRowGroup()) {
                ColumnReadStoreImpl columns = new ColumnReadStoreImpl(rows, new DummyRecordConverter(schema).getRootConverter(), schema,
                        reader.getFileMetaData().getCreatedBy());
                read(rows.getRowCount(), columns.getColumnReader(pictures), classes == null ? null : columns.getColumnReader(classes));
            }
            return samples;
        }

        private void read(long count, ColumnReader pictures, ColumnReader classes) throws IOException {
            for (long i = 0; i < count; i++) {
                byte[] bytes = value(pictures, image).getBinary().getBytes();
                out.write(bytes);
                samples.add(new Sample("row " + samples.size(), copy, written, bytes.length, classes == null ? "" : text(value(classes, label))));
                written += bytes.length;
                pictures.consume();
                if (classes != null) {
                    classes.consume();
                }
            }
        }

        /** The reader itself, if its row has a value. */
        private ColumnReader value(ColumnReader column, String name) throws UnreadableException {
            if (column.getCurrentDefinitionLevel() < column.getDescriptor().getMaxDefinitionLevel()) {
                throw new UnreadableException(shard, "row " + samples.size() + " has nothing in its column '" + name + "'");
            }
            return column;
        }

        private String text(ColumnReader classes) {
            return switch (classes.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
                case INT32 -> String.valueOf(classes.getInteger());
                case INT64 -> String.valueOf(classes.getLong());
                default -> classes.getBinary().toStringUsingUTF8().strip();
            };
        }

        private Type field(MessageType schema, String name) throws UnreadableException {
            if (!schema.containsField(name)) {
                throw new UnreadableException(shard, "there is no column '" + name + "'; there are " + schema.getFields().stream().map(Type::getName)
                        .collect(Collectors.joining(", ")) + ". Maybe 'image' or 'label' of the data source should name another?");
            }
            return schema.getType(name);
        }

        private ColumnDescriptor pictures(MessageType schema) throws UnreadableException {
            boolean group = !schema.getType(image).isPrimitive();
            if (group && !schema.getType(image).asGroupType().containsField(BYTES)) {
                throw new UnreadableException(shard, "the column '" + image + "' is a group without a part '" + BYTES + "'");
            }
            ColumnDescriptor column = group && schema.getType(image, BYTES).isPrimitive() ? schema.getColumnDescription(new String[] {image, BYTES})
                    : group ? null : schema.getColumnDescription(new String[] {image});
            if (column == null || column.getMaxRepetitionLevel() > 0 || column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY) {
                throw new UnreadableException(shard, "the column '" + image + "' has no bytes of one picture in each row");
            }
            return column;
        }

        private ColumnDescriptor classes(MessageType schema) throws UnreadableException {
            ColumnDescriptor column = schema.getType(label).isPrimitive() ? schema.getColumnDescription(new String[] {label}) : null;
            boolean known = column != null && column.getMaxRepetitionLevel() == 0 && List.of(PrimitiveTypeName.INT32, PrimitiveTypeName.INT64, PrimitiveTypeName.BINARY)
                    .contains(column.getPrimitiveType().getPrimitiveTypeName());
            if (!known) {
                throw new UnreadableException(shard, "the column '" + label + "' has neither a whole number nor a name in each row");
            }
            return column;
        }
    }
}
