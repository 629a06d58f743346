package dev.sidecarsizer.mesh;

/** A pod that cannot be understood; its message never quotes more of the pod than the value at fault. */
public final class MalformedPod extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MalformedPod(String message) {
        super(message);
    }

    MalformedPod(String message, Throwable cause) {
        super(message, cause);
    }
}
