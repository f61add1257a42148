#include "block/vocabulary.h"

#include "calculon/workload/parameter_count.h"

namespace calculon {
namespace {

constexpr double kUnreducedGradientBytes = 4;  // float32
constexpr double kSoftmaxBytes = 4;            // the loss keeps probabilities in float32

double vocabulary_of(const BlockShape& shape) {
  return shape.choices.rules.leaves_out_vocabulary
             ? 0
             : padded_vocabulary(shape.transformer, shape.choices.tensor_par);
}

Layer embedding_of(const BlockShape& shape) {
  const bool learned = shape.transformer.details.position_embedding == PositionEmbedding::kLearned;
  return embedding(shape, "Embedding", vocabulary_of(shape),
                   learned ? static_cast<double>(shape.transformer.positions()) : 0);
}

// All passes that a run has, with the collective beside the layer.
double seconds(const BlockShape& shape, const BlockMachine& machine, const Layer& layer) {
  double sum = 0;
  for (const Pass pass : {Pass::kForward, Pass::kAgrad, Pass::kWgrad}) {
    if (pass == Pass::kForward || shape.choices.training) {
      const PassCost cost = pass_cost(shape, machine, layer, pass);
      sum += cost.seconds + cost.exposed_seconds[static_cast<std::size_t>(BlockKind::kBase)];
    }
  }
  return sum;
}

double flops(const BlockShape& shape, const Layer& layer) {
  double sum = 0;
  for (const Pass pass : {Pass::kForward, Pass::kAgrad, Pass::kWgrad}) {
    sum += pass == Pass::kForward || shape.choices.training
               ? layer.flops[static_cast<std::size_t>(pass)]
               : 0;
  }
  return sum;
}

VocabularyStep step_of(const BlockShape& shape, const BlockMachine& machine, const Layer& layer,
                       double shards) {
  const OptimizerCost cost = optimizer_cost(shape, machine, layer, shards);
  return {cost.flops, cost.seconds, cost.state_bytes, kUnreducedGradientBytes * layer.weights};
}

}  // namespace

VocabularyCosts vocabulary_costs(const BlockShape& shape, const BlockMachine& machine) {
  const double vocabulary = vocabulary_of(shape);
  VocabularyCosts costs;
  if (vocabulary == 0) {
    return costs;
  }
  const Layer lookup = embedding_of(shape);
  const Layer product = head(shape, "Head", vocabulary);
  const Layer entropy = loss(shape, "Loss", vocabulary);
  const Layer reduce = collective_layer(shape, "Embedding_G", CollectiveKind::kReduce);
  const Layer gather = collective_layer(shape, "Head_F", CollectiveKind::kGather);
  costs.embedding_seconds = seconds(shape, machine, lookup) + seconds(shape, machine, reduce);
  costs.head_seconds = seconds(shape, machine, gather) + seconds(shape, machine, product) +
                       seconds(shape, machine, entropy);
  costs.flops = flops(shape, product) + flops(shape, entropy);
  costs.embedding_weight_bytes = lookup.weights * shape.element_bytes;
  costs.head_weight_bytes = product.weights * shape.element_bytes;
  const double logits = product.output_elements;
  costs.logit_bytes = product.activation_bytes + logits * (shape.element_bytes + kSoftmaxBytes);
  costs.logit_grad_bytes = shape.choices.training ? logits * shape.element_bytes : 0;
  return costs;
}

VocabularyStep embedding_step(const BlockShape& shape, const BlockMachine& machine, double shards) {
  return vocabulary_of(shape) == 0 || !shape.choices.training
             ? VocabularyStep{}
             : step_of(shape, machine, embedding_of(shape), shards);
}

VocabularyStep head_step(const BlockShape& shape, const BlockMachine& machine, double shards) {
  const double vocabulary = vocabulary_of(shape);
  return vocabulary == 0 || !shape.choices.training
             ? VocabularyStep{}
             : step_of(shape, machine, head(shape, "Head", vocabulary), shards);
}

}  // namespace calculon
