// The rules of the estimate in the order in which they are tested.
#include "bandwidth/exact.h"
#include "bandwidth/rule_check.h"
#include "calculon/bandwidth/estimate.h"

namespace calculon {
namespace {

using EstimateCheck = RuleCheck<EstimateInputs>;

bool is_exact(std::optional<std::int64_t> count) {
  return count && *count <= kLargestExactCount;
}

constexpr EstimateCheck kChecks[] = {
    {{"E1",
      "a chip must be chosen: the default of the seed version does not exist (quirk TB10)",
      {},
      {},
      "give --chip_type or --system, or --model-version head, whose default is H100"},
     [](const EstimateInputs& in) { return in.chip_type != nullptr; }},
    {{"E2",
      "n_routed_experts must divide n_experts",
      {"n_routed_experts", "n_experts"},
      {"n_routed_experts", "n_experts"}},
     [](const EstimateInputs& in) { return divides(in.n_routed_experts, in.n_experts); }},
    {{"E3",
      "microbatch_size must divide batch_size",
      {"microbatch_size", "batch_size"},
      {"microbatch_size", "batch_size"}},
     [](const EstimateInputs& in) { return divides(in.microbatch_size, in.batch_size); }},
    {{"E4",
      "dp * n_experts must divide a microbatch's tokens microbatch_size * seq_len * "
      "n_routed_experts",
      {"dp", "n_experts", "microbatch_size", "seq_len", "n_routed_experts"},
      {"dp", "microbatch_size"}},
     [](const EstimateInputs& in) {
       return divides({in.dp, in.n_experts}, {in.microbatch_size, in.seq_len, in.n_routed_experts});
     }},
    {{"E5",
      "pp * pipeline_interleaving must divide n_layers",
      {"pp", "pipeline_interleaving", "n_layers"},
      {"pipeline_interleaving", "pp"}},
     [](const EstimateInputs& in) {
       return divides({in.pp, in.pipeline_interleaving}, {in.n_layers});
     }},
    {{"E6",
      "pipeline_interleaving must be 1 without a pipeline",
      {"pipeline_interleaving", "pp"},
      {"pipeline_interleaving", "pp"}},
     [](const EstimateInputs& in) { return in.pp > 1 || in.pipeline_interleaving == 1; }},
    {{"E7",
      "dp must divide microbatch_size * seq_len",
      {"dp", "microbatch_size", "seq_len"},
      {"dp"}},
     [](const EstimateInputs& in) {
       return divides({in.dp}, {in.microbatch_size, in.seq_len});
     }},
    {{"E8",
      "tp must divide d_int = d_internal_ratio * d_model",
      {"tp", "d_internal_ratio", "d_model"},
      {"tp"}},
     [](const EstimateInputs& in) {
       return divides({in.tp}, {in.d_internal_ratio, in.d_model});
     }},
    {{"E9", "tp2 must divide d_model", {"tp2", "d_model"}, {"tp2"}},
     [](const EstimateInputs& in) { return divides(in.tp2, in.d_model); }},
    {{"LIMIT",
      "the number of chips is beyond 2^53",
      {"pp", "dp", "tp", "tp2", "n_experts"},
      {"dp"}},
     [](const EstimateInputs& in) {
       return is_exact(product_of({in.pp, in.dp, in.tp, in.tp2, in.n_experts}));
     }},
    {{"LIMIT",
      "the tokens of a batch are beyond 2^53",
      {"batch_size", "seq_len", "n_routed_experts"},
      {"batch_size", "seq_len"}},
     [](const EstimateInputs& in) {
       return is_exact(product_of({in.batch_size, in.seq_len, in.n_routed_experts}));
     }},
    {{"LIMIT",
      "the number of parameters is beyond 2^62",
      {"n_experts", "n_layers", "d_model", "d_internal_ratio"},
      {"d_model"}},
     [](const EstimateInputs& in) {
       return is_exact(product_of({in.d_internal_ratio, in.d_model})) &&
              product_of(
                  {2, in.n_experts, in.n_layers, in.d_model, in.d_model, in.d_internal_ratio})
                  .has_value();
     }},
    {{"LIMIT",
      "base_utilization must not exceed 1, all that a chip can do",
      {"base_utilization"},
      {},
      "give a share from 0 to 1"},
     [](const EstimateInputs& in) {
       return in.version == ModelVersion::kSeed || in.base_utilization <= 1;
     }},
};

}  // namespace

const TrainingRunRule* check_estimate(const EstimateInputs& inputs) {
  return all_positive(inputs, kEstimateInputFields) ? first_violated(kChecks, inputs) : &kPositiveE;
}

double EstimateModel::derived(const EstimateInputs&, std::string_view) {
  return 0;
}

}  // namespace calculon
