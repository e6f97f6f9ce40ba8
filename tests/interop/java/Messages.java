import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.ParsedSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;

/** Messages as Flink writes them: its coder registers the schema and writes the id; or reads it and gets the schema. */
final class Messages {
    private Messages() {}

    /** A schema that refers to the first version of a subject. */
    static ParsedSchema order(String subject) {
        return new AvroSchema(Client.recordText("Order", "{'name':'to','type':'Address'}"),
                List.of(new SchemaReference("interop.Address", subject, 1)),
                Map.of("interop.Address", Client.ADDRESS.canonicalString()), null);
    }

    private static byte[] serialize(String subject, GenericData.Record value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ConfluentSchemaRegistryCoder(subject, Client.client()).writeSchema(value.getSchema(), out);
        append(value, out);
        return out.toByteArray();
    }

    private static void append(GenericData.Record value, ByteArrayOutputStream out) throws IOException {
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericData.Record>(value.getSchema()).write(value, encoder);
        encoder.flush();
    }

    /** Into the schema of the reader, or into that of the writer when there is none. */
    private static String deserialize(byte[] data, Schema reader) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        Schema writer = new ConfluentSchemaRegistryCoder(Client.client()).readSchema(in);
        GenericDatumReader<Object> datum = new GenericDatumReader<>(writer, reader == null ? writer : reader);
        return datum.read(null, DecoderFactory.get().binaryDecoder(in, null)).toString();
    }

    private static byte[] message(int id, String data) {
        return ("\0\0\0\0" + (char) id + data).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static GenericData.Record user(AvroSchema schema, String name) {
        GenericData.Record user = new GenericData.Record(schema.rawSchema());
        user.put("name", name);
        return user;
    }

    static void evolution() throws Exception {
        byte[] old = serialize("people-value", user(Client.V1, "Ann"));
        Check.equal(old, message(1, "\u0006Ann"));
        GenericData.Record bob = user(Client.V2, "Bob");
        bob.put("age", 41);
        byte[] data = serialize("people-value", bob);
        Check.equal(data, message(2, "\u0006Bob\u0052"));
        Check.equal(Client.client().getAllVersions("people-value"), List.of(1, 2));

        Check.equal(deserialize(old, null), "{\"name\": \"Ann\"}");
        Check.equal(deserialize(old, Client.V2.rawSchema()), "{\"name\": \"Ann\", \"age\": 7}");
        Check.equal(deserialize(data, Client.V2.rawSchema()), "{\"name\": \"Bob\", \"age\": 41}");
        Check.equal(deserialize(data, Client.V1.rawSchema()), "{\"name\": \"Bob\"}");
        Check.refused(40403, () -> deserialize(message(200, "\u0006Ann"), null));
        Check.refused(40901, () -> serialize("people-value", user(Client.BROKEN, "Cy")));
    }

    static void references() throws Exception {
        CachedSchemaRegistryClient client = Client.client();
        Check.equal(client.register("address", Client.ADDRESS), 4);
        ParsedSchema order = order("address");
        Check.equal(client.register("order", order), 5);
        ParsedSchema stored = Client.client().getSchemaById(5);
        Check.equal(stored.canonicalString(), order.canonicalString());
        Check.equal(stored.references(), order.references());
        Check.equal(Client.client().getId("order", order), 5);
        Check.refused(42206, () -> client.deleteSchemaVersion("address", "1", false));

        Schema schema = ((AvroSchema) stored).rawSchema();
        GenericData.Record to = new GenericData.Record(schema.getField("to").schema());
        to.put("city", "Ulm");
        GenericData.Record shipment = new GenericData.Record(schema);
        shipment.put("to", to);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(message(5, ""));
        append(shipment, out);
        Check.equal(out.toByteArray(), message(5, "\u0006Ulm"));
        Check.equal(deserialize(out.toByteArray(), null), "{\"to\": {\"city\": \"Ulm\"}}");
    }
}
