#include "support/tiny.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

SpaceOptions space_of(std::int64_t num_procs, std::int64_t max_batch_size) {
  SpaceOptions options;
  options.num_procs = num_procs;
  options.max_batch_size = max_batch_size;
  return options;
}

SpaceOptions mixture_of(std::int64_t num_experts, SpaceKind kind) {
  SpaceOptions options = space_of(8, 4);
  options.kind = kind;
  options.num_experts = num_experts;
  return options;
}

System without_tier2(System system) {
  system.mem2.capacity_bytes = 0;
  return system;
}

System with_one_tier(System system) {
  system.networks.resize(1);
  return system;
}

// Memory so slow that no operation waits for anything else, and no tensor-parallel traffic that
// would leave a window (rule U72).
System memory_bound_system() {
  System system = with_one_tier(tiny_moe_system(ProcessingMode::kRoofline));
  system.mem1.peak_bytes_per_second = 1e3;
  system.networks[0].latency_seconds = 0;
  return system;
}

System small_networks_system() {
  System system = without_tier2(tiny_moe_system());
  system.networks[0].size = 12;
  system.networks[1].size = 8;
  system.mem1.capacity_bytes = 12e6;
  return system;
}

System small_memory_system() {
  System system = tiny_moe_system();
  system.mem1.capacity_bytes = 8e6;
  system.mem2.capacity_bytes = 4e6;
  return system;
}

}  // namespace

const std::deque<TinySearch>& tiny_searches() {
  static const std::deque<TinySearch> kSearches = [] {
    std::deque<TinySearch> searches;
    Transformer shallow = tiny_transformer();
    shallow.num_blocks = 4;
    SpaceOptions wide = space_of(8, 4);
    wide.filter.accept("pipeline_par", "1,2");
    searches.emplace_back("8 processors with little memory", shallow, small_memory_system(), wide);

    SpaceOptions both_activations = space_of(12, 6);
    both_activations.fused_activation = {false, true};
    both_activations.filter.accept("tensor_par_overlap", "none,pipe");
    both_activations.filter.accept("activation_recompute", "full,attn_only");
    both_activations.filter.accept("pipeline_interleaving", "1,3");
    searches.emplace_back("12 processors, roofline, one memory tier", tiny_transformer(),
                          without_tier2(tiny_system(ProcessingMode::kRoofline)), both_activations);

    Transformer narrow = shallow;
    narrow.feedforward = 764;
    searches.emplace_back("16 processors, tiers too small or not filled, an odd feedforward",
                          narrow, small_networks_system(), space_of(16, 16));

    searches.emplace_back("8 processors, bound by memory", shallow, memory_bound_system(),
                          space_of(8, 2));
    return searches;
  }();
  return kSearches;
}

const TinySearch& tiny_search() {
  return tiny_searches().front();
}

const std::deque<TinySearch>& tiny_moe_searches() {
  static const std::deque<TinySearch> kSearches = [] {
    std::deque<TinySearch> searches;
    Transformer shallow = tiny_transformer();
    shallow.num_blocks = 4;
    SpaceOptions published = mixture_of(2, SpaceKind::kMoe);
    published.filter.accept("pipeline_par", "2");
    searches.emplace_back("2 experts, little memory", shallow, small_memory_system(), published);

    Transformer odd = shallow;  // 4 divides neither the feedforward nor the tokens of 1 or 3
    odd.seq_size = 42;
    odd.feedforward = 766;
    SpaceOptions flexible = mixture_of(4, SpaceKind::kMoeFlexible);
    flexible.max_batch_size = 6;
    flexible.filter.accept("tensor_par_overlap", "none");
    flexible.filter.accept("optimizer_sharding", "false");
    flexible.filter.accept("tensor_par_comm_type", "ar,rs_ag");
    System small_networks = small_networks_system();
    small_networks.mem1.capacity_bytes = 16e6;
    searches.emplace_back("4 experts, flexible, tiers too small or not filled", odd, small_networks,
                          flexible);

    SpaceOptions opened = mixture_of(4, SpaceKind::kMoeFlexible);
    opened.distinct = opened.independent_degrees = true;
    opened.activation_function = ActivationFunction::kSilu;
    opened.filter.accept("activation_recompute", "full,attn_only,none");
    opened.filter.accept("seq_par_ag_redo", "true,false");
    opened.filter.accept("weight_offload", "true,false");
    opened.filter.accept("activations_offload", "true,false");
    opened.filter.accept("tensor_par_overlap", "none,ring");
    opened.filter.accept("pipeline_par", "1,2");
    System roomy = with_one_tier(small_memory_system());
    roomy.mem1.capacity_bytes *= 2;
    searches.emplace_back("4 experts, flexible, opened and distinct", shallow, roomy, opened);

    Transformer thin = shallow;  // so that the all-to-all takes off more than there is (M10)
    thin.feedforward = 8;
    SpaceOptions many = mixture_of(4, SpaceKind::kMoe);
    many.top_k_experts = 8;
    many.attention_type = AttentionType::kMultiquery;
    many.filter.accept("expert_par", "2..4");
    many.filter.accept("expert_slice", "1,2");
    many.filter.accept("tensor_par_overlap", "none");
    searches.emplace_back("a token sent to 8 thin experts", thin, memory_bound_system(), many);
    return searches;
  }();
  return kSearches;
}

const std::deque<TinySearch>& tiny_corrected_searches() {
  static const std::deque<TinySearch> kSearches = [] {
    std::deque<TinySearch> searches;
    Transformer modern = tiny_transformer();
    modern.num_blocks = 4;
    modern.details.attn_kv_heads = 2;
    modern.details.mlp_gated = true;
    modern.details.vocab_size = 500;
    modern.details.tie_embeddings = false;
    SpaceOptions dense = space_of(8, 4);
    dense.corrected = true;
    dense.filter.accept("pipeline_par", "1,2");
    searches.emplace_back("corrected, 8 processors with little memory", modern,
                          small_memory_system(), dense);

    Transformer mixture = modern;
    mixture.details.num_experts = 4;
    mixture.details.top_k_experts = 2;
    mixture.details.moe_shared_feedforward = 96;
    SpaceOptions flexible = mixture_of(0, SpaceKind::kMoeFlexible);
    flexible.corrected = true;
    flexible.filter.accept("pipeline_par", "1,2");
    flexible.filter.accept("tensor_par_overlap", "none,ring");
    flexible.filter.accept("weight_offload", "true,false");
    flexible.filter.accept("activations_offload", "false");
    flexible.filter.accept("optimizer_offload", "false");
    System roomy = with_one_tier(small_memory_system());
    roomy.mem1.capacity_bytes *= 4;
    searches.emplace_back("corrected, 4 experts and shared ones, flexible", mixture, roomy,
                          flexible);
    return searches;
  }();
  return kSearches;
}

std::vector<const TinySearch*> every_tiny_search() {
  std::vector<const TinySearch*> all;
  for (const auto* searches :
       {&tiny_searches(), &tiny_moe_searches(), &tiny_corrected_searches()}) {
    for (const TinySearch& tiny : *searches) {
      all.push_back(&tiny);
    }
  }
  return all;
}

}  // namespace calculon::test
