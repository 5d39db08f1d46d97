package io.fullynested.core.engine;

import java.util.List;
import java.util.stream.Collectors;

/** A backend cannot compute on a device here. */
public final class UnavailableDeviceException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /**
     * Names what there is.
     *
     * @param backend   whose device it should be
     * @param device    what was asked for
     * @param why       what the backend lacks, such as "it was built without CUDA"
     * @param available what can be asked for
     */
    public UnavailableDeviceException(String backend, ComputeDevice device, String why, List<ComputeDevice> available) {
        super(backend + " cannot compute on " + device + ": " + why + ". There is "
                + available.stream().map(ComputeDevice::toString).collect(Collectors.joining(", ")));
    }
}
