import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Section } from './dashboard-input';
import { COLUMNS } from './widgets';

/** A section that is built at synthesis, since alarms can be made after the dashboard: a rule turns events on late. */
export class LateSection implements cloudwatch.IWidget {
  public readonly width = COLUMNS;
  private placed?: cloudwatch.Column;

  constructor(private readonly build: () => Section) {}

  public get height(): number {
    return this.makeColumn().height;
  }

  public position(x: number, y: number): void {
    this.placed = this.makeColumn();
    this.placed.position(x, y);
  }

  public toJson(): any[] {
    return this.placed!.toJson();
  }

  private makeColumn(): cloudwatch.Column {
    return new cloudwatch.Column(...this.build().map(row => new cloudwatch.Row(...row)));
  }
}
