import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;

/** Checks that end the program with an exception. */
final class Check {
    /** A call that may throw what it likes. */
    interface Call {
        Object run() throws Exception;
    }

    private Check() {}

    static void equal(Object found, Object expected) {
        if (!Objects.deepEquals(found, expected)) {
            throw new AssertionError(text(found) + " instead of " + text(expected));
        }
    }

    /** Compares several values at once. */
    static void equal(List<?> found, Object... expected) {
        equal((Object) found, Arrays.asList(expected));
    }

    /** The registry must refuse the call with the code, whose first digits are the HTTP status. */
    static void refused(int code, Call call) throws Exception {
        Object result;
        try {
            result = call.run();
        } catch (Exception thrown) {
            Throwable cause = thrown;
            while (cause.getCause() != null && !(cause instanceof RestClientException)) {
                cause = cause.getCause();
            }
            if (!(cause instanceof RestClientException)) {
                throw thrown;
            }
            RestClientException refusal = (RestClientException) cause;
            equal(List.of(refusal.getStatus(), refusal.getErrorCode()), code / 100, code);
            return;
        }
        throw new AssertionError(text(result) + " instead of code " + code);
    }

    private static String text(Object value) {
        return value instanceof byte[] ? Arrays.toString((byte[]) value) : String.valueOf(value);
    }
}
