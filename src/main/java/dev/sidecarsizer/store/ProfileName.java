package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of the object that keeps a workload's profile: {@code deployment-reviews}. Where that is no name for an
 * object, or longer than the 253 characters that one may have, it is cut and ends in a hash of the workload.
 */
final class ProfileName {

    private static final int LONGEST = 253;
    private static final int HASH = 10;
    private static final Pattern VALID =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private ProfileName() {}

    static String of(WorkloadKey workload) {
        String plain = workload.kind().toLowerCase(Locale.ROOT) + "-" + workload.name();
        return plain.length() <= LONGEST && VALID.matcher(plain).matches() ? plain : hashed(workload);
    }

    /** The name where another workload has the plain one: two kinds of the same name from different API groups. */
    static String hashed(WorkloadKey workload) {
        String plain = (workload.kind() + "-" + workload.name()).toLowerCase(Locale.ROOT);
        String cut = plain.substring(0, Math.min(plain.length(), LONGEST - HASH - 1));
        String clean = cut.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return (clean.isEmpty() ? "workload" : clean) + "-" + hash(workload);
    }

    private static String hash(WorkloadKey workload) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((workload.group() + "/" + workload.kind() + "/" + workload.name())
                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
