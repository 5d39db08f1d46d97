package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecipeTest {

    @ParameterizedTest
    @EnumSource(Recipe.class)
    void everyRecipeCanBeReadAndSaysWhatItIs(Recipe recipe) {
        // one that goes on from a trained network names it
        String more = recipe == Recipe.IMPORT ? "warm-start: {checkpoint: trained.safetensors}\n" : "";
        assertThat(Recipes.of(recipe.yaml() + more).epochs()).isEqualTo(30);
        assertThat(recipe.yaml()).startsWith("# ");
    }

    @Test
    void theDefaultIsWhatProgramsGet() {
        assertThat(Recipes.of("{recipe: default, epochs: 7}")).isEqualTo(TrainingOptions.epochs(7)).isEqualTo(Recipes.of("{epochs: 7}"));
    }

    @Test
    void whatIsWrittenLiesOverTheRecipeKeyByKey() {
        TrainingOptions usNet = Recipes.of("{recipe: us-net}");
        assertThat(usNet.draws()).isEqualTo(Draws.SANDWICH);
        assertThat(usNet.submodelsPerStep()).isEqualTo(4);
        assertThat(usNet.batchesPerStep()).isEqualTo(1);
        assertThat(usNet.distillation().from()).isEqualTo(Distillation.From.IN_PLACE);
        TrainingOptions changed = Recipes.of("{recipe: us-net, submodels-per-step: 3, distillation: {weight: 0.5}}");
        assertThat(changed.submodelsPerStep()).isEqualTo(3);
        assertThat(changed.distillation().from()).isEqualTo(Distillation.From.IN_PLACE);
        assertThat(changed.distillation().weight()).isEqualTo(0.5);
        assertThat(Recipes.of("{recipe: paper}").submodelsPerStep()).isEqualTo(1);
    }

    @Test
    void anUnknownRecipeListsWhatExists() {
        assertThatThrownBy(() -> Recipes.of("{epochs: 2,\n recipe: us-nat}")).hasMessageStartingWith(
                "training:2: recipe: expected one of default, paper, us-net, slimmable, adabits").hasMessageEndingWith("found 'us-nat'. Maybe 'us-net'?");
    }
}
