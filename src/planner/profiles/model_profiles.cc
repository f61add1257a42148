#include "calculon/planner/profiles/model_profiles.h"

#include <fmt/format.h>

#include <optional>

#include "base/finite.h"
#include "block/layer_cost.h"
#include "calculon/base/input_error.h"
#include "calculon/block/block_profile.h"
#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

constexpr double kMsPerSecond = 1e3;
constexpr double kBytesPerMb = 1024 * 1024;
constexpr std::int64_t kMostBlocks = 510;

// A layer of the profile, on one processor.
struct LayerFigures {
  double seconds = 0;
  double bytes = 0;
  double optimizer_seconds = 0;
};

// Network tier 0 is the fastest; the first that connects enough processors serves a tensor group.
std::optional<std::int64_t> tensor_net(const System& system, std::int64_t tensor_par) {
  for (std::size_t net = 0; net < system.networks.size(); ++net) {
    const TierUse use{tensor_par, static_cast<std::int64_t>(net)};
    if (!check_tiers(std::span(&use, 1), system)) {
      return use.net;
    }
  }
  return std::nullopt;
}

// One transformer on one system with one tensor degree and microbatch.
class Profiler {
 public:
  Profiler(const Transformer& transformer, const System& system, const BlockChoices& choices,
           double vocab_size)
      : transformer_(transformer),
        system_(system),
        shape_(transformer, choices),
        machine_(system, choices),
        vocab_size_(vocab_size) {}

  LayerFigures block() const {
    const BlockChoices& choices = shape_.choices;
    const BlockProfile block = profile_block(transformer_, system_, choices);
    const OptimizerProfile optimizer = profile_optimizer(transformer_, system_, choices, {});
    const bool recomputes_all = choices.activation_recompute == ActivationRecompute::kFull;
    return {block.block_fw_time + block.block_agrad_time + block.block_wgrad_time +
                block.block_re_time + block.baseblock_fw_tp_time_exposed +
                block.baseblock_agrad_tp_time_exposed + block.baseblock_recomm_time_exposed,
            block.block_weight_space + optimizer.block_weight_grad_space +
                optimizer.block_optimizer_space +
                (recomputes_all ? block.block_act_checkpoint_size : block.block_act_storage_space),
            optimizer.block_optim_time};
  }

  // With the sum of the rows that were looked up over the shares of the vocabulary.
  LayerFigures embedding() const {
    return figures(calculon::embedding(shape_, "Embedding", vocab_size_,
                                       static_cast<double>(transformer_.seq_size)));
  }
  // With the sum of the input gradients over those shares.
  LayerFigures head() const { return figures(calculon::head(shape_, "Head", vocab_size_)); }

  double loss_seconds() const { return seconds(loss(shape_, "Loss", vocab_size_)); }

 private:
  double seconds(const Layer& layer) const {
    double all = 0;
    for (const Pass pass : {Pass::kForward, Pass::kAgrad, Pass::kWgrad}) {
      if (layer.flops[static_cast<std::size_t>(pass)] > 0 ||
          layer.traffic_bytes[static_cast<std::size_t>(pass)] > 0) {
        all += pass_cost(shape_, machine_, layer, pass).seconds;
      }
    }
    return all;
  }

  // A layer and the all-reduce of an activation over the tensor group.
  LayerFigures figures(const Layer& layer) const {
    constexpr double kUnreducedGradientBytes = 4;  // float32, as for blocks
    const OptimizerCost optimizer = optimizer_cost(shape_, machine_, layer, 1);
    LayerFigures result;
    result.seconds = seconds(layer);
    if (shape_.tensor_par > 1) {
      result.seconds +=
          machine_.network(CommFamily::kTensor)
              .seconds(NetworkOp::kAllReduce, shape_.full_activation * shape_.element_bytes,
                       shape_.tensor_par);
    }
    result.bytes = layer.weights * (shape_.element_bytes + kUnreducedGradientBytes) +
                   optimizer.state_bytes + layer.activation_bytes;
    result.optimizer_seconds = optimizer.seconds;
    return result;
  }

  const Transformer& transformer_;
  const System& system_;
  BlockShape shape_;
  BlockMachine machine_;
  double vocab_size_;
};

// Parameters of each layer as a whole.
std::vector<double> parameter_bytes(const Transformer& transformer, const System& system,
                                    BlockChoices choices, double vocab_size) {
  choices.tensor_par = 1;
  choices.tensor_par_net = 0;
  choices.microbatch_size = 1;
  choices.tensor_par_overlap = TensorParOverlap::kNone;
  const double element_bytes = bytes_per_element(choices.datatype);
  const auto hidden = static_cast<double>(transformer.hidden);
  std::vector<double> bytes(static_cast<std::size_t>(transformer.num_blocks) + 2,
                            profile_block(transformer, system, choices).block_weight_space);
  bytes.front() = (vocab_size + static_cast<double>(transformer.seq_size)) * hidden * element_bytes;
  bytes.back() = vocab_size * hidden * element_bytes;
  return bytes;
}

LayerProfile make_profile(const Transformer& transformer, const GpuSystem& gpu,
                          const BlockChoices& choices, double vocab_size) {
  const Profiler profiler(transformer, gpu.system, choices, vocab_size);
  const LayerFigures first = profiler.embedding();
  const LayerFigures middle = profiler.block();
  const LayerFigures last = profiler.head();
  const auto layers = static_cast<std::size_t>(transformer.num_blocks) + 2;
  LayerProfile profile;
  profile.key = {gpu.type, choices.tensor_par, choices.microbatch_size};
  profile.model_name = "calculon";
  profile.layer_ms.assign(layers, middle.seconds * kMsPerSecond);
  profile.layer_ms.front() = first.seconds * kMsPerSecond;
  profile.layer_ms.back() = last.seconds * kMsPerSecond;
  profile.layer_mb.assign(layers, middle.bytes / kBytesPerMb);
  profile.layer_mb.front() = first.bytes / kBytesPerMb;
  profile.layer_mb.back() = last.bytes / kBytesPerMb;
  profile.between_ms = profiler.loss_seconds() * kMsPerSecond;
  profile.forward_backward_ms = profile.between_ms;
  for (const double milliseconds : profile.layer_ms) {
    profile.forward_backward_ms += milliseconds;
  }
  profile.optimizer_ms =
      kMsPerSecond * (first.optimizer_seconds + last.optimizer_seconds +
                      static_cast<double>(transformer.num_blocks) * middle.optimizer_seconds);
  profile.total_ms = profile.forward_backward_ms + profile.optimizer_ms;
  require_finite(profile.total_ms, "total_time_ms of " + key_text(profile.key));
  return profile;
}

}  // namespace

std::vector<LayerProfile> model_profiles(const Transformer& transformer,
                                         const std::vector<GpuSystem>& gpus,
                                         const ModelProfileOptions& options) {
  if (options.choices.model_MoE || options.choices.num_experts > 1) {
    throw InputError("a mixture of experts has no layer profiles, expected a dense execution");
  }
  if (transformer.num_blocks > kMostBlocks) {
    throw InputError(fmt::format("num_blocks is {}, expected at most {} to be planned",
                                 transformer.num_blocks, kMostBlocks));
  }
  const auto vocab_size = static_cast<double>(options.vocab_size);
  std::vector<LayerProfile> profiles;
  for (const GpuSystem& gpu : gpus) {
    const std::vector<double> parameters =
        parameter_bytes(transformer, gpu.system, options.choices, vocab_size);
    for (std::int64_t tensor_par = 1; tensor_par <= options.max_tensor_parallel; tensor_par *= 2) {
      const auto net = tensor_net(gpu.system, tensor_par);
      for (std::int64_t m = 1; net && m <= options.max_microbatch; m *= 2) {
        BlockChoices choices = options.choices;
        choices.tensor_par = tensor_par;
        choices.tensor_par_net = *net;
        choices.microbatch_size = m;
        if (tensor_par == 1) {
          choices.tensor_par_overlap = TensorParOverlap::kNone;
        }
        if (const std::string line = split_contradiction(choices, transformer); !line.empty()) {
          if (tensor_par == 1) {
            throw InputError(line);
          }
          continue;
        }
        profiles.push_back(make_profile(transformer, gpu, choices, vocab_size));
        profiles.back().layer_parameter_bytes = parameters;
      }
    }
  }
  return profiles;
}

std::vector<NodeKind> node_kinds(const std::vector<GpuSystem>& gpus) {
  constexpr double kBytesPerGb = 1e9;
  std::vector<NodeKind> kinds;
  for (const GpuSystem& gpu : gpus) {
    const auto gbps = [](const Network& network) {
      return network.bytes_per_second * network.efficiency / kBytesPerGb;
    };
    const std::vector<Network>& networks = gpu.system.networks;
    if (networks.empty()) {
      throw InputError(fmt::format("{}: networks is empty, expected tier 0", gpu.system.name));
    }
    kinds.push_back({gpu.type, gpu.type, gbps(networks[networks.size() > 1 ? 1 : 0]),
                     gbps(networks.front()), gpu.system.mem1.capacity_bytes / kBytesPerMb});
  }
  return kinds;
}

}  // namespace calculon
