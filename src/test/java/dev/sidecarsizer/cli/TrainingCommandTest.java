package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCommandTest {

    /** A command that fails early would teach Java little. */
    @Test
    void eachCommandDoesWhatItIsFor(@TempDir Path folder) throws IOException {
        List<Said> said = new ArrayList<>();
        for (List<String> command : TrainingCommand.commands(folder)) {
            said.add(Said.by(command.toArray(String[]::new)));
        }

        assertThat(Said.by("training", folder.toString())).isEqualTo(new Said(0, "", ""));
        assertThat(said).extracting(Said::code).containsExactly(0, 0, 0, 0, 0, 1);
        assertThat(said.get(1).out()).contains("192Mi");
        assertThat(said.get(2).out()).contains("WORKLOAD_PROFILE");
        assertThat(said.get(3).out()).contains("shop ");
        assertThat(said.get(4).out()).contains("NearLimit");
        assertThat(said.get(5).err()).contains("does not answer: ConnectException");
    }
}
