// Notes beside numbers: what makes an answer unusable stands beside it, in numbers worked by hand,
// and nothing else does.
#include "text/notes.h"

#include <catch2/catch.hpp>
#include <random>

#include "calculon/block/layer_stats.h"
#include "calculon/model/evaluate.h"
#include "support/findings.h"
#include "support/source_tree.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

bool has_note(const Notes& notes, const std::string& begin) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.starts_with(begin); });
}

std::string note_of(const Notes& notes, const std::string& begin) {
  for (const std::string& note : notes) {
    if (note.starts_with(begin)) {
      return note;
    }
  }
  return "";
}

System bundled_system(const std::string& name) {
  return read_system(source_path("systems/" + name + ".json"));
}

// A strategy of a dense model that uses tiers 0 and 1 as bundled systems have them.
Strategy dense_strategy(std::int64_t tensor_par, std::int64_t pipeline_par, std::int64_t data_par,
                        std::int64_t batch_size) {
  Strategy s = tiny_strategy();
  s.num_procs = tensor_par * pipeline_par * data_par;
  s.tensor_par = tensor_par;
  s.pipeline_par = pipeline_par;
  s.data_par = data_par;
  s.tensor_par_net = s.pipeline_par_net = s.data_par_net = 0;
  s.batch_size = batch_size;
  s.microbatch_size = 1;
  s.pipeline_interleaving = 1;
  s.optimizer_sharding = s.data_par_overlap = false;
  s.activation_recompute = ActivationRecompute::kNone;
  return s;
}

// Mixtral 8x7B with multi-head attention, and an execution on 16 processors.
const Transformer kMixtral{4096, 14336, 2048, 32, 128, 32, {}};

Strategy mixtral_strategy() {
  Strategy s = dense_strategy(1, 1, 16, 128);
  s.set_preset(Preset::kCalculonMoe);
  s.model_MoE = true;
  s.num_experts = 8;
  s.top_k_experts = 2;
  s.expert_par = 8;
  s.expert_slice = 1;
  s.data_par_exp = 2;
  s.activation_function = ActivationFunction::kSilu;
  s.activation_recompute = ActivationRecompute::kAttnOnly;
  s.optimizer_sharding = true;
  s.data_par_net = s.data_par_exp_net = 1;
  return s;
}

Notes notes_of(const Transformer& transformer, const System& system, const Strategy& strategy) {
  const Outcome<Stats> outcome = evaluate(transformer, system, strategy);
  REQUIRE(outcome);
  return notes_on_answer({transformer, system, strategy, *outcome});
}

// Figures of a model with 2^30 parameters on a processor, of which tier 1 holds 10 GiB of 12.
struct Figures {
  Figures() {
    system.mem1.capacity_bytes = 12 * kGiB;
    stats.weight_space = 2 * kGiB;
    stats.proc_mem_tier1_cap_req = 10 * kGiB;
    stats.sample_rate = 1e-6;  // far below the peak
    stats.total_time = 1;
  }

  Transformer transformer{1024, 4096, 1024, 8, 128, 12, {}};
  System system = tiny_moe_system();
  Strategy strategy = dense_strategy(1, 1, 8, 32);
  Stats stats;

  Notes notes() const { return notes_on_answer({transformer, system, strategy, stats}); }
};

}  // namespace

TEST_CASE("30 blocks on 4 stages are not 32 in the rates of the summary", "[notes]") {
  // 72 * 64 * 2048 * 30 * 4096^2 * (1 + 2048 / (6 * 4096)) = 5.146e15 flops in 7.17 s on 4 A100.
  const Transformer transformer{4096, 16384, 2048, 32, 128, 30, {}};
  const System system = bundled_system("a100_80g");
  const Strategy s = dense_strategy(1, 4, 1, 64);
  const Outcome<Stats> outcome = evaluate(transformer, system, s);
  REQUIRE(outcome);
  const double by_hand =
      72.0 * 64 * 2048 * 30 * 4096 * 4096 * (1 + 2048 / (6.0 * 4096)) / outcome->total_time / 4;
  const NeededRate rate = needed_rate(transformer, system, s, outcome->sample_rate);
  CHECK(rate.needed == Approx(by_hand));
  CHECK(rate.peak == 312e12);
  CHECK(notes_of(transformer, system, s) ==
        Notes{"quirk D13: the published efficiencies count 32 blocks, the model has 30: total "
              "efficiency 61.45% would be 57.49% of the model as given"});
  CHECK(notes_of({4096, 16384, 2048, 32, 128, 32, {}}, system, s).empty());
}

TEST_CASE("a distributed optimizer keeps its gradients", "[notes]") {
  Figures figures;
  figures.strategy.optimizer_sharding = true;
  figures.stats.weight_grad_space = 0.25 * kGiB;
  figures.stats.optimizer_space = 1.5 * kGiB;
  CHECK(figures.notes() ==
        Notes{"quirk E1: gradients are divided by data_par like the optimizer's state: 3.75 bytes "
              "per parameter where frameworks keep 7.50 (2 + 4 + 12 / 8), 3.750 GiB instead of "
              "7.500 GiB; tier 1 would hold 13.750 GiB of 12.000 GiB, which does not fit"});
  figures.stats.weight_grad_space = 2 * kGiB;  // of two blocks, one unreduced
  CHECK(figures.notes().empty());
}

TEST_CASE("experts have the optimizer shards of their replicas", "[notes]") {
  // Of a block 3 * 4096 * 14336 weights are of its one expert on a processor, and 4 * 4096^2 +
  // 8 * 4096 + 2 * 2 * 4096 of attention, router and norms: 32 * (176.16 M * (6 + 12 / 2) + 67.16 M
  // * (6 + 12 / 16)) bytes.
  const double expert = 3.0 * 4096 * 14336;
  const double other = 4.0 * 4096 * 4096 + 8 * 4096 + 4 * 4096;
  const double usual = 32 * (expert * 12 + other * 6.75) / kGiB;
  CHECK(usual == Approx(76.51).epsilon(1e-4));
  const Notes notes = notes_of(kMixtral, bundled_system("H100_80g"), mixtral_strategy());
  CHECK_THAT(note_of(notes, "quirk M11"),
             Catch::StartsWith(
                 "quirk M11: gradients and optimizer state of experts are divided by data_par 16, "
                 "not by their 2 replicas: 3.00 bytes per parameter of an expert where frameworks "
                 "keep 12.00 (2 + 4 + 12 / 2), 21.726 GiB instead of 76.510 GiB; tier 1"));
  CHECK_THAT(note_of(notes, "quirk E1"),
             Catch::EndsWith("keep 6.75 (2 + 4 + 12 / 16), those of experts aside"));
}

TEST_CASE("a mixture holds activations of more than one microbatch", "[notes]") {
  Figures figures;
  Strategy& s = figures.strategy;
  s = mixtral_strategy();
  s.optimizer_sharding = false;
  s.data_par = s.data_par_exp = 4;
  s.pipeline_par = 4;
  s.expert_par = 1;
  figures.stats.block_act_working_space = 3 * kGiB;
  figures.stats.block_act_storage_space = kGiB;
  // 3 blocks on each of 4 stages and 4 microbatches in flight: 3 + 1 * (3 * 4 - 1).
  figures.stats.act_space = (3 + 2) * kGiB;
  CHECK(figures.notes() ==
        Notes{"quirk M8: activations are those of 1 microbatch, with 4.00 in flight: 5.000 GiB "
              "instead of 14.000 GiB; tier 1 would hold 19.000 GiB of 12.000 GiB, which does not "
              "fit"});
  // A single stage: 3 + 1 * (12 - 1), of which 3 + 1 are counted.
  s.pipeline_par = 1;
  figures.stats.act_space = (3 + 1) * kGiB;
  CHECK_THAT(note_of(figures.notes(), "quirk M8"),
             Catch::StartsWith("quirk M8: of 12 blocks only 2 keep activations: 4.000 GiB instead "
                               "of 14.000 GiB"));
  s.activation_recompute = ActivationRecompute::kFull;
  CHECK(figures.notes().empty());
}

TEST_CASE("interleaving holds no more microbatches than there are", "[notes]") {
  Figures figures;
  Strategy& s = figures.strategy;
  s = dense_strategy(1, 4, 1, 4);
  s.pipeline_interleaving = 3;
  figures.stats.block_act_working_space = figures.stats.block_act_storage_space = kGiB;
  figures.stats.act_space = 15 * kGiB;  // 1 + 1 * (3 * 5 - 1)
  // 4 * (1 + 3 / 12) = 5 held; 1 + 1 * (3 * 4 - 1) = 12.
  CHECK(figures.notes() == Notes{"quirk E2: activations of 5.00 microbatches, and there are 4: "
                                 "15.000 GiB instead of 12.000 GiB"});
  s.batch_size = 8;
  CHECK(figures.notes().empty());
  s.batch_size = 6;
  figures.stats.bubble_time = 0.25;
  CHECK(figures.notes() ==
        Notes{"quirk D19: the bubble, 0.2500 s of 1.0000 s, is an estimate: interleaving wants "
              "microbatches in multiples of the 4 stages, and there are 6"});
}

TEST_CASE("silu in a dense model is not answered silently", "[notes]") {
  // Llama-2 7B: 32 * (4 * 4096^2 + 2 * 4096 * 11008 + 4 * 4096) weights, and a third matrix of
  // 32 * 4096 * 11008; of 2 * (4h^2 + 3hf + 2sh) flops a token that is 45.1 of 235.9 M.
  Figures figures;
  figures.transformer = {4096, 11008, 4096, 32, 128, 32, {}};
  figures.strategy.set_preset(Preset::kCalculonMoe);
  figures.strategy.activation_function = ActivationFunction::kSilu;
  CHECK(figures.notes() ==
        Notes{"quirk M24: activation_function silu changes nothing in a dense model: its MLP has "
              "two matrices here, not three, 5.034 G parameters in the blocks instead of 6.477 G, "
              "19.11% less matrix products"});
  CHECK(notes_on_model(figures.transformer, figures.strategy) == figures.notes());
  figures.strategy.activation_function = ActivationFunction::kGelu;
  CHECK(figures.notes().empty());
  CHECK(notes_on_model(figures.transformer, figures.strategy).empty());
}

TEST_CASE("8 bits do not halve the weights of training", "[notes]") {
  Figures figures;
  figures.strategy.datatype = Datatype::kFloat8;
  figures.system.matrix[static_cast<std::size_t>(Datatype::kFloat8)] =
      figures.system.matrix[static_cast<std::size_t>(Datatype::kFloat16)];
  figures.stats.weight_grad_space = 10 * kGiB;
  CHECK(
      figures.notes() ==
      Notes{"quirk E10: float8 is the format of all that is stored; frameworks that compute in it "
            "keep weights of 16 bits and add copies of them: 4.000 GiB of weights or more instead "
            "of 2.000 GiB"});
}

TEST_CASE("scores of attention that do not fit are told", "[notes]") {
  // Llama-2 7B on one processor: 32 heads * 4096^2 scores * 5 bytes * 32 blocks, in the block at
  // work and in its gradients once more each: 80 + 2 * 2.5 GiB, less one of them that is stored.
  const Transformer transformer{4096, 11008, 4096, 32, 128, 32, {}};
  const System system = bundled_system("H100_80g");
  const Strategy s = dense_strategy(1, 1, 8, 64);
  const Outcome<Stats> outcome = evaluate(transformer, system, s);
  REQUIRE(!outcome);
  const Notes notes = notes_on_infeasible(transformer, system, s, outcome.error());
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0], Catch::StartsWith(
                           "quirk E9: 82.500 GiB of this are scores of attention, 4096 x 4096"));
  Strategy tall = dense_strategy(1, 1, 1, 64);
  const Transformer large{16384, 65536, 512, 128, 128, 32, {}};  // of which weights are most
  const Outcome<Stats> heavy = evaluate(large, system, tall);
  REQUIRE(!heavy);
  CHECK(notes_on_infeasible(large, system, tall, heavy.error()).empty());
}

TEST_CASE("a mixture that is faster than its machine is called impossible", "[notes]") {
  // Mixtral on 16 H100, slices over 8 processors without tensor parallelism: 7/8 of 6hf of 4h^2 +
  // 6hf + 8h + 2sh weights and scores are missing, 70.67%.
  Strategy s = mixtral_strategy();
  s.pipeline_par = 2;
  s.data_par = 8;
  s.expert_par = s.data_par_exp = 1;
  s.expert_slice = 8;
  s.pipeline_interleaving = 4;
  s.microbatch_size = 4;
  s.pipeline_par_net = 1;
  s.data_par_net = 0;
  s.activation_recompute = ActivationRecompute::kNone;
  const Notes notes = notes_of(kMixtral, bundled_system("H100_80g"), s);
  CHECK_THAT(note_of(notes, "impossible"),
             Catch::Matches("impossible: needs 1[12]\\d\\d\\.\\d\\d of 989\\.50 TFLOP/s per "
                            "processor for the matrix products of the model as given"));
  CHECK(note_of(notes, "quirk M1") ==
        "quirk M1: 70.67% of the model's matrix products are missing: expert_slice 8 is more than "
        "tensor_par 1, and then experts do only 12.50% of theirs");
}

TEST_CASE("work is missing if and only if a note says so", "[notes]") {
  // The products of experts, of all processors that share a microbatch, against what is given.
  std::mt19937_64 random(7);
  const auto die = [&](unsigned most) { return std::int64_t{1} << random() % (most + 1); };
  const System system = tiny_moe_system();
  Findings findings;
  std::size_t missing_ones = 0;
  constexpr int kDraws = 400;
  for (int draw = 0; draw < kDraws; ++draw) {
    const Transformer transformer{256, 1024, 256, 16, 16, 12, {}};
    Strategy s = tiny_moe_strategy();
    s.tensor_par = die(4);
    s.expert_slice = die(5);
    s.num_experts = die(3);
    s.expert_par = s.num_experts;
    s.top_k_experts = std::min(s.num_experts, die(1));
    s.microbatch_size = die(2);
    s.activation_function = die(1) == 1 ? ActivationFunction::kGelu : ActivationFunction::kSilu;
    double counted = 0;
    for (const LayerStats& layer : layer_stats(transformer, system, s, {})) {
      const bool product = layer.name == "MlpBlock_Mlp1_MoE" || layer.name == "MlpBlock_Mlp2_MoE";
      counted += product ? layer.fw_flops * static_cast<double>(s.tensor_par) : 0;
    }
    const double given = given_work(transformer, s).mlp * static_cast<double>(s.microbatch_size);
    const Stats stats;
    const bool noted = has_note(notes_on_answer({transformer, system, s, stats}), "quirk M1:");
    const bool missing = counted < given * (1 - 1e-9);
    missing_ones += missing ? 1 : 0;
    findings.add_unless(noted == missing, strategy_text(s));
  }
  CHECK(missing_ones > kDraws / 10);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("only what lacks work is faster than its machine", "[notes]") {
  Findings findings;
  for (const TinySearch* tiny : every_tiny_search()) {
    for (const Execution& execution : tiny->enumerate()) {
      if (!execution.outcome) {
        continue;
      }
      const Notes notes = notes_on_answer(
          {tiny->transformer, tiny->system, execution.strategy, *execution.outcome});
      findings.add_unless(!has_note(notes, "impossible") || has_note(notes, "quirk M1:"),
                          tiny->name + ": " + strategy_text(execution.strategy));
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the paper's validation and the example of the README need no notes", "[notes]") {
  const System validated = bundled_system("a100_80e");
  std::size_t checked = 0;
  for (const std::string& file : source_files("examples/validation", {".json"})) {
    const std::string name = file.substr(file.rfind('/') + 1);
    const Transformer transformer =
        read_transformer(source_path("models/" + name.substr(0, name.find('_')) + ".json"));
    INFO(file);
    const Strategy strategy = read_strategy(source_path(file)).strategy;
    CHECK(notes_of(transformer, validated, strategy).empty());
    ++checked;
  }
  CHECK(checked > 20);
  CHECK(notes_of(read_transformer(source_path("models/megatron-1T.json")),
                 bundled_system("a100_80g"),
                 read_strategy(source_path("examples/3072_t4_p64_d12_mbs4_full.json")).strategy)
            .empty());
}

TEST_CASE("every note is documented as its row says", "[notes][docs]") {
  const std::string text = source_text("docs/quirks.md");
  std::size_t rows = 0;
  for (const auto& list : {work_notes(), memory_notes(), shortfall_notes()}) {
    for (const NoteRow& row : list) {
      const std::string id =
          row.id == kImpossible ? "`impossible`" : "quirk " + std::string(row.id);
      CHECK_THAT(text, Catch::Contains("\n| " + id + " | " + std::string(row.about) + " |\n"));
      ++rows;
    }
  }
  const std::size_t begin = text.find("| note | tells that |");
  const std::string table = text.substr(begin, text.find("\n\n", begin) - begin);
  CHECK(lines_of(table).size() == rows + 2);
}

TEST_CASE("notes on the best name ranks and the option that avoids them", "[notes]") {
  const Strategy slices = [] {
    Strategy s = mixtral_strategy();
    s.expert_slice = 8;
    s.optimizer_sharding = false;
    s.activation_recompute = ActivationRecompute::kFull;
    return s;
  }();
  const System system = bundled_system("H100_80g");
  std::vector<RankedStrategy> best(3);
  for (RankedStrategy& ranked : best) {
    ranked.strategy = slices;
  }
  best[1].strategy.expert_slice = 1;
  const Notes notes = notes_on_best(best, 20, kMixtral, system);
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0], Catch::StartsWith("quirk M1 (#0, 2): 70.67% of"));
  CHECK_THAT(notes[0],
             Catch::EndsWith("; --no-lost-work leaves such executions out, --quirks fixed "
                             "answers without quirks"));
  CHECK(notes_on_best(best, 0, kMixtral, system).empty());
  CHECK(notes_text(notes) == "Notes\n  " + notes[0] + "\n");
  CHECK(notes_text({}).empty());
}

}  // namespace calculon::test
