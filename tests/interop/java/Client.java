import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Metadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.requests.RegisterSchemaResponse;

/** The Java client of Confluent Schema Registry as Flink ships it: java Client URL. */
public final class Client {
    // A name that must travel encoded; only ASCII, because this client encodes nothing else as UTF-8.
    static final String SUBJECT = "users/a b-value";
    static final AvroSchema V1 = record("User", "{'name':'name','type':'string'}");
    static final AvroSchema V2 =
            record("User", "{'name':'name','type':'string'},{'name':'age','type':'int','default':7}");
    static final AvroSchema BROKEN = record("User", "{'name':'name','type':'int'}");
    static final AvroSchema ADDRESS = record("Address", "{'name':'city','type':'string'}");

    private static String url;

    private Client() {}

    private static AvroSchema record(String name, String fields) {
        return new AvroSchema(recordText(name, fields));
    }

    static String recordText(String name, String fields) {
        String text = "{'type':'record','name':'" + name + "','namespace':'interop','fields':[" + fields + "]}";
        return text.replace('\'', '"');
    }

    /** A new one, whose caches are empty: what it returns comes from the registry. */
    static CachedSchemaRegistryClient client() {
        return new CachedSchemaRegistryClient(url, 100);
    }

    private static void registration() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.equal(client.getAllSubjects(), List.of());
        Check.equal(client.register(SUBJECT, V1), 1);
        Check.equal(client().register(SUBJECT, V1), 1);
        Check.equal(client.register("other", V1), 1);
        RegisterSchemaResponse full = client.registerWithResponse(SUBJECT, V2, false);
        Check.equal(List.of(full.getId(), full.getSchema()), 2, V2.canonicalString());
        Check.equal(List.of(client().getId(SUBJECT, V1), client().getVersion(SUBJECT, V1)), 1, 1);
        Check.equal(client().getId(SUBJECT, V2, true), 2);
    }

    private static void reading() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.equal(client.getSchemaById(2), V2);
        Check.equal(client.getSchemaBySubjectAndId(SUBJECT, 1), V1);
        SchemaMetadata latest = client.getLatestSchemaMetadata(SUBJECT);
        Check.equal(List.of(latest.getId(), latest.getVersion(), latest.getSchemaType(), latest.getSchema()),
                2, 2, "AVRO", V2.canonicalString());
        SchemaMetadata first = client.getSchemaMetadata(SUBJECT, 1);
        Check.equal(List.of(first.getId(), first.getVersion(), first.getSchema()), 1, 1, V1.canonicalString());
        Check.equal(client.getByVersion(SUBJECT, 2, false).getId(), 2);

        Check.equal(client.getAllSubjects(), List.of("other", SUBJECT));
        Check.equal(client.getAllSubjectsByPrefix("users"), List.of(SUBJECT));
        Check.equal(client.getAllVersions(SUBJECT), List.of(1, 2));
        Check.equal(client.getSchemas("users", false, true), List.of(V2));
        Check.equal(new TreeSet<>(client.getAllSubjectsById(1)), new TreeSet<>(List.of("other", SUBJECT)));
        Collection<SubjectVersion> users = client.getAllVersionsById(2);
        Check.equal(users, List.of(new SubjectVersion(SUBJECT, 2)));
    }

    private static void compatibility() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.equal(client.testCompatibility(SUBJECT, V2), true);
        Check.equal(client.testCompatibility(SUBJECT, BROKEN), false);
        Check.equal(client.testCompatibilityVerbose(SUBJECT, V2), List.of());
        Check.equal(client.testCompatibilityVerbose(SUBJECT, BROKEN).isEmpty(), false);
        Check.refused(40901, () -> client.register(SUBJECT, BROKEN));
    }

    private static void config() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.equal(client.getCompatibility(null), "BACKWARD");
        Check.equal(client.updateCompatibility(null, "FULL"), "FULL");
        Check.equal(client.getConfig(null).getCompatibilityLevel(), "FULL");
        Check.equal(client.updateCompatibility(SUBJECT, "NONE"), "NONE");
        Check.equal(client.getCompatibility(SUBJECT), "NONE");
        Check.equal(client.register(SUBJECT, BROKEN), 3);
        Check.refused(42203, () -> client.updateCompatibility(SUBJECT, "SOMETIMES"));

        Config wanted = new Config("FORWARD");
        wanted.setCompatibilityGroup("app");
        Config updated = client.updateConfig(SUBJECT, wanted);
        Check.equal(List.of(updated.getCompatibilityLevel(), updated.getCompatibilityGroup()), "FORWARD", "app");
        Check.equal(client.getConfig(SUBJECT).getCompatibilityGroup(), "app");
        client.deleteConfig(SUBJECT);
        Check.refused(40408, () -> client.getConfig(SUBJECT));
        client.updateCompatibility(null, "BACKWARD");
    }

    private static void mode() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.equal(client.getMode(), "READWRITE");
        Check.equal(client.setMode("READONLY", "other"), "READONLY");
        Check.equal(client.getMode("other"), "READONLY");
        Check.refused(42205, () -> client().register("other", V2));
        client.deleteMode("other");
        Check.equal(client().register("other", V2), 2);
    }

    private static void failures() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.refused(40401, () -> client.getLatestSchemaMetadata("nobody"));
        Check.refused(40401, () -> client.getAllVersions("nobody"));
        Check.refused(40401, () -> client.getId("nobody", V1));
        Check.refused(40401, () -> client.deleteSubject("nobody", false));
        Check.refused(40402, () -> client.getSchemaMetadata(SUBJECT, 99));
        Check.refused(40403, () -> client.getSchemaById(9999));
        Check.refused(40403, () -> client.getVersion(SUBJECT, ADDRESS));
        Check.refused(42201, () -> client.register("order", Messages.order("nobody")));
        Check.refused(42202, () -> client.getSchemaMetadata(SUBJECT, 0));
    }

    private static void metadata() throws Exception {
        CachedSchemaRegistryClient client = client();
        Map<String, String> owner = Map.of("owner", "a b");
        int id = client.register("labelled", V1.copy(new Metadata(Map.of(), owner, Set.of()), null));
        SchemaMetadata found = client.getLatestWithMetadata("labelled", owner, false);
        Check.equal(List.of(found.getId(), found.getMetadata().getProperties()), id, owner);
        Check.refused(40403, () -> client.getLatestWithMetadata("labelled", Map.of("owner", "nobody"), false));
    }

    private static void deletion() throws Exception {
        CachedSchemaRegistryClient client = client();
        Check.refused(40407, () -> client.deleteSchemaVersion(SUBJECT, "3", true));
        Check.equal(client.deleteSchemaVersion(SUBJECT, "3", false), 3);
        Check.refused(40406, () -> client.deleteSchemaVersion(SUBJECT, "3", false));
        Check.equal(client.getAllVersions(SUBJECT), List.of(1, 2));
        Check.equal(client.getAllVersions(SUBJECT, true), List.of(1, 2, 3));
        Check.equal(client.getSchemaMetadata(SUBJECT, 3, true).getSchema(), BROKEN.canonicalString());
        Check.equal(client.deleteSchemaVersion(SUBJECT, "3", true), 3);
        Check.equal(client.getAllVersions(SUBJECT, true), List.of(1, 2));

        Check.refused(40405, () -> client.deleteSubject(SUBJECT, true));
        Check.equal(client.deleteSubject(SUBJECT, false), List.of(1, 2));
        Check.refused(40404, () -> client.deleteSubject(SUBJECT, false));
        Check.refused(40401, () -> client().getLatestSchemaMetadata(SUBJECT));
        Check.equal(client.getAllSubjects().contains(SUBJECT), false);
        Check.equal(client.getAllSubjects(true).contains(SUBJECT), true);
        Check.equal(client.deleteSubject(SUBJECT, true), List.of(1, 2));
        Check.refused(40401, () -> client.deleteSubject(SUBJECT, true));
        Check.equal(client().register(SUBJECT, V2), 2);
    }

    public static void main(String[] arguments) throws Exception {
        url = arguments[0];
        registration();
        reading();
        compatibility();
        config();
        mode();
        failures();
        Messages.references();
        Messages.evolution();
        metadata();
        deletion();
    }
}
