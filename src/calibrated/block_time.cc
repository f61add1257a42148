#include "calibrated/block_time.h"

#include <algorithm>
#include <cmath>

#include "calibrated/block_exchanges.h"

namespace calculon {
namespace {

// One kind of block: what all parts of its time are made from.
struct Kind {
  const RankShape& s;
  const RankChoices& choices;
  const Machine& machine;
  const RankPlacement& placement;
  bool experts;
  double attention_square;  // share of the scores that is computed

  double memory_rate() const { return machine.reached_memory_rate(); }
  // Bytes of the hidden state between products, behind the MLP's first product, and of queries and
  // keys.
  double hidden_bytes() const { return kValueBytes * s.tokens * s.hidden / s.scatter; }
  double width_bytes() const {
    const double elements =
        experts ? s.tokens * s.expert_tensor / s.tensor * s.top_k * s.expert_width / s.expert_tensor
                : s.tokens * s.feedforward / s.tensor;
    return kValueBytes * elements;
  }
  double query_bytes() const {
    const double keys = s.latent ? s.heads / s.tensor : s.own_kv;
    return kValueBytes * s.tokens * (s.heads / s.tensor + keys) * s.query_width;
  }
  double elementwise_scale() const {
    return machine.constants.elementwise_scale * (choices.elementwise_fused ? 1 : 3);
  }
  // Traffic of routing tokens to experts and back.
  double permute_bytes() const {
    constexpr std::array<double, 3> kPasses = {4, 3, 2};  // by ExpertDispatch
    const double passes = kPasses[static_cast<std::size_t>(choices.expert_dispatch)];
    return experts
               ? machine.constants.expert_permute_scale * passes * kValueBytes * routed_hidden(s)
               : 0;
  }
};

struct ForwardBackward {
  double forward = 0;
  double backward = 0;
};

ForwardBackward flash_attention(const Kind& kind) {
  constexpr double kWindow = 256;
  const RankShape& s = kind.s;
  const double own = s.sequence / s.context;
  const double flops = 2 * s.sequences * s.sequence * own * (s.heads / s.tensor) *
                       (s.query_width + s.value_width) * kind.attention_square;
  const double filled = own / (own + kWindow) * (s.query_width < 128 ? 0.9 : 1);
  const Calibration& constants = kind.machine.constants;
  const double rate =
      constants.clock_scale * kind.machine.peak_16bit * constants.attention_efficiency * filled;
  return {flops / rate, 2.5 * flops / (0.82 * rate)};
}

ForwardBackward unfused_attention(const Kind& kind) {
  constexpr double kUnaligned = 8;
  const RankShape& s = kind.s;
  const ProductLaw law = half_law(kind.machine);
  const double own = s.sequence / s.context;
  const double count = s.sequences * s.heads / s.tensor;
  const double aligned = std::fmod(s.query_width, 8) == 0 ? 1 : kUnaligned;
  const double products = aligned * (law.seconds(own, s.sequence, s.query_width, count) +
                                     law.seconds(own, s.value_width, s.sequence, count));
  const double passes = kind.choices.elementwise_fused ? 1 : 3;
  const double traffic = passes * kValueBytes * s.scores() / kind.memory_rate();
  return {products + 4.5 * traffic, 2 * products + 6 * traffic};
}

ForwardBackward attention(const Kind& kind) {
  return kind.choices.attention_kernel == AttentionKernel::kFlash ? flash_attention(kind)
                                                                  : unfused_attention(kind);
}

// Kernels of a block, and those of its experts.
struct Kernels {
  double attention;
  double experts;
};

Kernels kernels_of(const Kind& kind) {
  const bool flash = kind.choices.attention_kernel == AttentionKernel::kFlash;
  Kernels kernels{flash ? 16.0 : 24.0, 0};
  kernels.attention += kind.choices.low_precision() ? 8 : 0;
  kernels.attention += kind.s.latent ? 16 : 0;
  kernels.experts = kind.experts ? 14 + 3 * kind.s.experts / kind.s.expert_par : 0;
  return kernels;
}

// The shares of both that run inside CUDA graphs.
Kernels graph_shares(CudaGraphScope scope) {
  constexpr std::array<Kernels, 5> kShares = {{{0, 0}, {1, 0}, {0, 0.5}, {1, 0.5}, {1, 1}}};
  return kShares[static_cast<std::size_t>(scope)];
}

double launches_of(const Kind& kind) {
  const Kernels all = kernels_of(kind);
  const Kernels graph = graph_shares(kind.choices.cuda_graph_scope);
  return all.attention * (1 - graph.attention) + all.experts * (1 - graph.experts);
}

double kernel_slots(const Kind& kind) {
  constexpr double kGraphKernel = 1e-6;
  const Kernels all = kernels_of(kind);
  const Kernels graph = graph_shares(kind.choices.cuda_graph_scope);
  return launches_of(kind) * kind.machine.constants.kernel_seconds +
         (all.attention * graph.attention + all.experts * graph.experts) * kGraphKernel;
}

ForwardBackward elementwise(const Kind& kind) {
  constexpr double kSeparateActivation = 7;
  const bool separate = kind.experts && !kind.choices.expert_activation_fused;
  const double hidden = kind.hidden_bytes();
  const double width =
      (2 + kind.s.gates) * kind.width_bytes() * (separate ? kSeparateActivation : 1);
  const double query = 2 * kind.query_bytes();
  const double scale = kind.elementwise_scale();
  const double permute = kind.permute_bytes();
  const double rate = kind.memory_rate();
  const double slots = kernel_slots(kind);
  return {(scale * (10 * hidden + width + query) + permute) / rate + slots,
          (scale * (17 * hidden + 1.8 * width + query) + 1.5 * permute) / rate + 1.9 * slots};
}

ForwardBackward casts(const Kind& kind) {
  if (!kind.choices.low_precision()) {
    return {};
  }
  constexpr std::array<double, 3> kPasses = {1, 2, 8};  // by Float8Scaling
  const RankShape& s = kind.s;
  const double bytes = 6 * s.tokens * s.hidden + 3 * s.tokens * s.heads * s.value_width / s.tensor +
                       1.5 * kind.width_bytes();
  const double forward =
      kPasses[static_cast<std::size_t>(kind.choices.float8_scaling)] * bytes / kind.memory_rate();
  return {forward, 1.3 * forward};
}

double tensor_traffic(const Kind& kind) {
  const double share = kind.choices.tensor_par_overlap ? 0.5 : 1;
  const double own =
      share *
      tensor_exchange(kind.s, kind.choices, kind.machine, kind.placement, kind.experts).per_pass();
  return kind.experts
             ? own + expert_tensor_exchange(kind.s, kind.machine, kind.placement).per_pass()
             : own;
}

// Of the ring, what attention does not hide.
ForwardBackward context_traffic(const Kind& kind, const ForwardBackward& attention) {
  constexpr double kHidden = 0.9;
  if (kind.s.context <= 1) {
    return {};
  }
  const auto exposed = [&](bool backward, double covered) {
    const Exchange ring = context_exchange(kind.s, kind.machine, kind.placement, backward);
    return std::max(0.0, ring.per_pass() - kHidden * (1 - 1 / kind.s.context) * covered);
  };
  return {exposed(false, attention.forward), exposed(true, attention.backward)};
}

double exposed_exchange(const Kind& kind, double exchange, const PassTimes& pass) {
  if (!kind.choices.expert_overlap) {
    return exchange;
  }
  const double work = pass.products + pass.attention + pass.elementwise + pass.casts;
  return std::max(exchange - 0.5 * work, 0.15 * exchange);
}

struct MlpTimes {
  double products;    // forward
  double activation;  // element-wise traffic behind the first product
};

double recomputed_mlp(const Kind& kind, const MlpTimes& mlp, double exchange) {
  const RankChoices& choices = kind.choices;
  if (kind.experts) {
    if (choices.recomputes(RecomputeModule::kMoe)) {
      return mlp.products + mlp.activation + kind.permute_bytes() / kind.memory_rate() + exchange;
    }
    return choices.recomputes(RecomputeModule::kMoeAct) ? mlp.activation : 0;
  }
  if (choices.recomputes(RecomputeModule::kMlp)) {
    return mlp.products + mlp.activation;
  }
  double all = 0;
  if (choices.recomputes(RecomputeModule::kMlpIn)) {
    all += mlp.products * (1 + kind.s.gates) / (2 + kind.s.gates);
  }
  return all + (choices.recomputes(RecomputeModule::kMlpAct) ? mlp.activation : 0);
}

// Of recomputed modules; nothing with full recomputation.
double recompute_of(const Kind& kind, const BlockProducts& products, const PassTimes& forward) {
  const RankChoices& choices = kind.choices;
  if (choices.activation_recompute == CalibratedRecompute::kFull) {
    return 0;
  }
  if (choices.recomputes(RecomputeModule::kOp)) {
    return 0.5 * forward.products + forward.elementwise + forward.casts;
  }
  double latents = 0;
  MlpTimes mlp{
      0, kind.elementwise_scale() * (2 + kind.s.gates) * kind.width_bytes() / kind.memory_rate()};
  for (const BlockProduct& row : products) {
    latents += row.part == ProductPart::kLatentUp ? row.forward : 0;
    mlp.products += row.part == ProductPart::kMlp ? row.forward : 0;
  }
  double all = recomputed_mlp(kind, mlp, forward.expert_par);
  if (choices.recomputes(RecomputeModule::kCoreAttn)) {
    all += forward.attention;
  }
  if (choices.recomputes(RecomputeModule::kLayernorm)) {
    all += kind.elementwise_scale() * 4 * kind.hidden_bytes() / kind.memory_rate();
  }
  return all + (choices.recomputes(RecomputeModule::kMlaUpProj) ? latents : 0);
}

BlockTime time_of(const Kind& kind) {
  BlockTime block;
  const BlockProducts products =
      block_products(kind.s, kind.experts, block_law(kind.machine, kind.choices.gemm_datatype));
  for (const BlockProduct& row : products) {
    block.forward.products += row.forward;
    block.backward.products += row.backward;
  }
  const ForwardBackward core = attention(kind);
  const ForwardBackward around = elementwise(kind);
  const ForwardBackward cast = casts(kind);
  const ForwardBackward ring = context_traffic(kind, core);
  block.forward.attention = core.forward;
  block.backward.attention = core.backward;
  block.forward.elementwise = around.forward;
  block.backward.elementwise = around.backward;
  block.forward.casts = cast.forward;
  block.backward.casts = cast.backward;
  block.forward.tensor_par = block.backward.tensor_par = tensor_traffic(kind);
  block.forward.context_par = ring.forward;
  block.backward.context_par = ring.backward;
  const double exchange =
      kind.experts ? token_exchange(kind.s, kind.choices, kind.machine, kind.placement).per_pass()
                   : 0;
  block.forward.expert_par = exposed_exchange(kind, exchange, block.forward);
  block.backward.expert_par = exposed_exchange(kind, exchange, block.backward);
  block.recompute = recompute_of(kind, products, block.forward);
  block.launches = launches_of(kind);
  return block;
}

constexpr std::array kPassParts = {
    &PassTimes::products,   &PassTimes::attention,   &PassTimes::elementwise, &PassTimes::casts,
    &PassTimes::tensor_par, &PassTimes::context_par, &PassTimes::expert_par};

BlockTime average(const BlockTime& first, const BlockTime& second, double share) {
  const auto mix = [share](double x, double y) { return share * x + (1 - share) * y; };
  BlockTime all;
  for (const auto part : kPassParts) {
    all.forward.*part = mix(first.forward.*part, second.forward.*part);
    all.backward.*part = mix(first.backward.*part, second.backward.*part);
  }
  all.recompute = mix(first.recompute, second.recompute);
  all.launches = mix(first.launches, second.launches);
  return all;
}

// A pass takes at least as long as the host needs to launch it (section 9.7).
void apply_host_floor(BlockTime& block, const RankChoices& choices, const Machine& machine,
                      bool experts) {
  const double crowd =
      (choices.tensor_par > 1 ? 1.25 : 1) * (choices.expert_overlap && experts ? 1.4 : 1);
  const double launch = machine.constants.host_kernel_seconds * block.launches * crowd;
  const double forward = block.forward.total();
  const double backward = block.backward.total();
  block.forward_seconds = std::max(forward, launch);
  block.backward_seconds = std::max(backward, 0.75 * launch * 1.9);
  block.recompute_seconds = block.recompute;
  if (choices.activation_recompute == CalibratedRecompute::kFull) {
    block.recompute = choices.recompute_block_share * forward;
    block.recompute_seconds = choices.recompute_block_share * block.forward_seconds;
  }
  block.host_excess = (block.forward_seconds - forward) + (block.backward_seconds - backward) +
                      (block.recompute_seconds - block.recompute);
}

}  // namespace

double attention_share(const Transformer& model) {
  const ModelDetails& details = model.details;
  const double full = details.causal ? 0.5 : 1;
  if (details.attn_window == 0 || details.attn_window >= model.seq_size) {
    return full;
  }
  const double window =
      static_cast<double>(details.attn_window) / static_cast<double>(model.seq_size);
  const double local =
      details.causal ? window * (1 - window / 2) : std::min(1.0, 2 * window - window * window);
  const std::int64_t whole =
      details.attn_window_period > 0 ? model.num_blocks / details.attn_window_period : 0;
  const double share = static_cast<double>(whole) / static_cast<double>(model.num_blocks);
  return share * full + (1 - share) * local;
}

BlockTime block_time(const Transformer& model, const RankChoices& choices, const Machine& machine,
                     const RankPlacement& placement) {
  const RankShape shape = rank_shape(model, choices);
  const double square = attention_share(model);
  const std::int64_t with_experts = expert_blocks(model);
  const auto of_kind = [&](bool experts) {
    return time_of({shape, choices, machine, placement, experts, square});
  };
  BlockTime block;
  if (with_experts == 0 || with_experts == model.num_blocks) {
    block = of_kind(with_experts > 0);
  } else {
    block = average(of_kind(true), of_kind(false),
                    static_cast<double>(with_experts) / static_cast<double>(model.num_blocks));
  }
  apply_host_floor(block, choices, machine, with_experts > 0);
  return block;
}

}  // namespace calculon
