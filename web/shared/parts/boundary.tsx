/** Keeps a fault in one page from leaving a blank screen. */
import { Component, type ReactNode } from 'react';
import { Failure } from './states';

export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} retry={() => location.reload()} />;
  }
}
