import { RandomIdGenerator } from '@opentelemetry/sdk-trace-node';
import { takeSpanId } from './fixedId';

/** Span ids are drawn, unless somebody has said which one comes next. */
export class Ids extends RandomIdGenerator {
  constructor() {
    super();
    const drawn = this.generateSpanId;
    this.generateSpanId = () => takeSpanId() ?? drawn();
  }
}
